"""Pseudonyms, shifts of dates and new UIDs that only the holder of a key can tell apart.

Everything is an HMAC-SHA256 (RFC 2104) of what stood in the file, under one secret key: the same
patient, date and UID become the same with the same key, in whatever run, and nobody without the
key can find out what they were, or test a guess.
"""

import base64
import hashlib
import hmac
import uuid
from dataclasses import dataclass, field
from datetime import date, timedelta

KEY_BYTES = 32
# From a year to ten, always earlier: no date lies in the future, and none is the true one.
_LEAST_DAYS, _MOST_DAYS = 366, 3652


@dataclass(frozen=True, slots=True)
class DeidentifyingKey:
    """The secret of one project; who holds it can link the files of a patient over runs.

    Parameters
    ----------
    secret : bytes
        At least 32 random bytes; never shown.
    """

    secret: bytes = field(repr=False)

    def uid(self, original: str) -> str:
        """Return the UID that stands for one of the original files (ITU-T X.667: under 2.25)."""
        return f"2.25.{uuid.UUID(bytes=self._digest('uid', original)[:16], version=4).int}"

    def patient(self, number: str, issuer: str) -> "Pseudonym":
        """Return who stands for the patient with this number of this issuer."""
        return self._pseudonym("patient", f"{issuer.upper()}\\{number.upper()}")

    def patient_of_study(self, study_uid: str) -> "Pseudonym":
        """Return who stands for the patient of a study that names no number."""
        return self._pseudonym("study", study_uid)

    def _pseudonym(self, kind: str, words: str) -> "Pseudonym":
        digest = self._digest(kind, words)
        span = _MOST_DAYS - _LEAST_DAYS + 1
        days = _LEAST_DAYS + int.from_bytes(self._digest(f"{kind} days", words)[:8], "big") % span
        name = base64.b32encode(digest[:10]).decode("ascii")
        return Pseudonym(name=f"P-{name}", days_earlier=days)

    def _digest(self, kind: str, words: str) -> bytes:
        said = f"calcsight {kind}\0{words}".encode(errors="backslashreplace")
        return hmac.new(self.secret, said, hashlib.sha256).digest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Pseudonym:
    """Who stands for a patient.

    Parameters
    ----------
    name : str
        In place of name and number.
    days_earlier : int
        By how many days every date of this patient is moved back; secret as the key is.
    """

    name: str
    days_earlier: int = field(repr=False)

    def moved(self, day: date) -> date | None:
        """Return a day moved back; None when no calendar has it."""
        try:
            return day - timedelta(days=self.days_earlier)
        except OverflowError:
            return None
