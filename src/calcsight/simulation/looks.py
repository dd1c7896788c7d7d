"""How a detector's signal is stored: raw, or drawn for the eye in a vendor-like way."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from calcsight.simulation.texture import Field
from calcsight.terms.errors import UsageError
from calcsight.terms.mammogram import Intent


class Medium(StrEnum):
    """What the stored values went through."""

    DETECTOR = "detector"
    ENHANCED = "enhanced"
    FILM = "film"


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One way to store a view.

    Parameters
    ----------
    name : str
    intent : Intent
    bits_stored : int
    relationship : str
        DICOM Pixel Intensity Relationship: LIN or LOG.
    sign : int
        DICOM Pixel Intensity Relationship Sign: -1 = high values are dense tissue, +1 = high
        values are air.
    middle, span : float
        Presentation: stored value of median tissue, and the range around it of the S-curve.
    steepness : float
        Presentation: steepness of the S-curve.
    evened : float
        Presentation: share of the skin's roll-off that is taken out, 0-1.
    medium : Medium
        ENHANCED and FILM draw everything but the bits from the view's seed.
    bits_used : int or None
        Bits that differ, where fewer than are stored; None = all of them.
    """

    name: str
    intent: Intent
    bits_stored: int
    relationship: str
    sign: int
    middle: float = 0.0
    span: float = 0.0
    steepness: float = 1.0
    evened: float = 0.0
    medium: Medium = Medium.DETECTOR
    bits_used: int | None = None

    @property
    def largest(self) -> int:
        """The largest value that can be stored."""
        return (1 << self.bits_stored) - 1


_SHOWN = {"intent": Intent.FOR_PRESENTATION, "relationship": "LOG", "sign": -1}
_RAW = {"intent": Intent.FOR_PROCESSING, "bits_stored": 14}


def _looks(*looks: Look) -> dict[str, Look]:
    return {look.name: look for look in looks}


def known_looks() -> dict[str, Look]:
    """Return every look by name; grey ranges follow those of real images of three makers."""
    shown: dict[str, Any] = _SHOWN
    raw: dict[str, Any] = _RAW
    return _looks(
        Look(name="raw-linear", relationship="LIN", sign=1, **raw),
        Look(name="raw-log", relationship="LOG", sign=-1, **raw),
        Look(
            name="narrow",
            bits_stored=12,
            middle=2450,
            span=2200,
            steepness=0.7,
            evened=0.98,
            **shown,
        ),
        Look(
            name="contrasty",
            bits_stored=12,
            middle=1500,
            span=3900,
            steepness=1.6,
            evened=0.97,
            **shown,
        ),
        Look(
            name="soft", bits_stored=12, middle=1250, span=3000, steepness=1.2, evened=0.95, **shown
        ),
    )


def enhanced_looks() -> tuple[str, ...]:
    """Names of the looks whose finishing for the eye is drawn from the view's seed."""
    return tuple(name for name, look in _drawn_looks().items() if look.medium is Medium.ENHANCED)


def film_looks() -> tuple[str, ...]:
    """Names of the looks of digitised film."""
    return tuple(name for name, look in _drawn_looks().items() if look.medium is Medium.FILM)


def look_named(name: str) -> Look:
    """Return any look by its name.

    Raises
    ------
    UsageError
        When there is none of that name.
    """
    every = known_looks() | _drawn_looks()
    if name not in every:
        raise UsageError(f"the look {name!r}", f"one of: {', '.join(sorted(every))}")
    return every[name]


def _drawn_looks() -> dict[str, Look]:
    """Return the looks that the fixed test set does not draw from."""
    shown: dict[str, Any] = _SHOWN | {"medium": Medium.ENHANCED}
    film: dict[str, Any] = {
        "intent": Intent.UNKNOWN,
        "relationship": "LOG",
        "sign": -1,
        "medium": Medium.FILM,
    }
    return _looks(
        Look(name="enhanced-8", bits_stored=8, **shown),
        Look(name="enhanced-12", bits_stored=12, **shown),
        Look(name="enhanced-16", bits_stored=16, bits_used=12, **shown),
        Look(name="film-8", bits_stored=8, **film),
        Look(name="film-12", bits_stored=12, **film),
    )


def stored_pixels(
    look: Look, attenuation: Field, roll_off: Field, inside: NDArray[np.uint8]
) -> NDArray[np.uint16]:
    """Store a view's log exposure as a detector or a vendor would.

    Parameters
    ----------
    look : Look
    attenuation : array (rows, columns), float32
        Log of exposure lost, noise included; 0 = air.
    roll_off : array of the same shape
        The part of `attenuation` that compressed thickness alone makes, without noise.
    inside : array of the same shape
        1 inside the breast.

    Returns
    -------
    array (rows, columns), uint16
    """
    top = look.largest
    if look.intent is Intent.FOR_PROCESSING:
        if look.relationship == "LIN":
            values = np.exp(-attenuation) * np.float32(top * 0.9)
        else:
            values = attenuation * np.float32(top / 8.0) + np.float32(top / 20.0)
        return np.asarray(np.clip(np.rint(values), 0, top), dtype=np.uint16)
    full = np.float32(roll_off.max())
    even = attenuation + np.float32(look.evened) * (full - roll_off)
    tissue = even[inside > 0]
    middle = np.float32(np.median(tissue[::7]))
    shifted = (even - middle) * np.float32(4.0 * look.steepness)
    curve = 1.0 / (1.0 + np.exp(-np.clip(shifted, -30.0, 30.0)))
    values = np.float32(look.middle) + np.float32(look.span) * (curve - np.float32(0.5))
    # The skin fades into air that is drawn black.
    fade = np.clip(roll_off / (np.float32(0.4) * full), 0.0, 1.0)
    values *= fade * fade * (np.float32(3.0) - np.float32(2.0) * fade)
    return np.asarray(np.clip(np.rint(values), 0, top), dtype=np.uint16)


def dense_bright(look: Look, stored: NDArray[np.uint16]) -> NDArray[np.float32]:
    """Turn stored values into grey values with dense tissue bright, as a loader does."""
    values = stored.astype(np.float32)
    if look.relationship == "LIN":
        return -np.log(np.maximum(values, 1.0)) + np.float32(np.log(look.largest))
    return values
