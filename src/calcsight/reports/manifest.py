"""The manifest of a run: every input, read or refused, why, and how long each stage took."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from calcsight.reports.schemas import MANIFEST_SCHEMA_VERSION
from calcsight.terms.judge import Judge
from calcsight.terms.limitation import Limitation
from calcsight.terms.reading import INTENDED_USE
from calcsight.terms.settings import Settings
from calcsight.terms.version import SOFTWARE

MANIFEST_NAME = "calcsight.manifest"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadInput:
    """An input that was read, with or without findings.

    Parameters
    ----------
    image : str
        Path relative to the input argument.
    uid, statement : str
    calcifications, listed, groups : int
        At the operating point; with what --min-score lists beside it; by the primary rule.
    limitations : tuple of Limitation
    files : tuple of str
        Names of the files written for it.
    """

    image: str
    uid: str
    statement: str
    calcifications: int
    listed: int
    groups: int
    limitations: tuple[Limitation, ...]
    files: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedInput:
    """An input that could not be read: the code and the three parts of the error."""

    image: str
    code: str
    found: str
    needed: str
    to_do: str

    @property
    def message(self) -> str:
        """Everything in one line, as the error itself says it."""
        parts = [f"{self.code}: {self.found}"]
        parts += [f"needed: {self.needed}"] if self.needed else []
        parts += [f"to do: {self.to_do}"] if self.to_do else []
        return "; ".join(parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class IgnoredFile:
    """A file under an input folder that could not be a mammogram."""

    image: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InputTiming:
    """Seconds of each stage of one input."""

    image: str
    stages: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Timings:
    """The only part of a manifest that differs from run to run.

    Parameters
    ----------
    started_at : datetime.datetime
        With its time zone.
    seconds : float
        The whole run.
    jobs : int
        Processes that read.
    inputs : sequence of InputTiming
    """

    started_at: datetime
    seconds: float
    jobs: int
    inputs: Sequence[InputTiming]


def manifest_document(
    judge: Judge,
    settings: Settings,
    inputs: Sequence[ReadInput | RefusedInput],
    ignored: Sequence[IgnoredFile],
    files: Sequence[str],
    timings: Timings,
) -> dict[str, Any]:
    """Return the manifest as plain data, in the form of the published schema.

    Parameters
    ----------
    judge : Judge
    settings : Settings
    inputs : sequence of ReadInput or RefusedInput
        In the order of the run.
    ignored : sequence of IgnoredFile
    files : sequence of str
        Names of the files written over all inputs.
    timings : Timings
    """
    read = [one for one in inputs if isinstance(one, ReadInput)]
    return {
        "document": MANIFEST_NAME,
        "schema_version": MANIFEST_SCHEMA_VERSION,
        "intended_use": INTENDED_USE,
        "software": SOFTWARE,
        "judge": {
            "name": judge.name,
            "digest": judge.digest,
            "operating_point": settings.operating_point.value,
            "operating_threshold": round(judge.operating_points[settings.operating_point], 6),
        },
        "settings": settings.as_mapping(),
        "settings_digest": settings.digest,
        "counts": {
            "inputs": len(inputs),
            "read": len(read),
            "refused": len(inputs) - len(read),
            "ignored": len(ignored),
            "calcifications": sum(one.calcifications for one in read),
            "groups": sum(one.groups for one in read),
        },
        "inputs": [_input(one) for one in inputs],
        "ignored": [{"image": one.image, "reason": one.reason} for one in ignored],
        "files": list(files),
        "timings": _timings(timings),
    }


def refused_entry(one: RefusedInput) -> dict[str, Any]:
    """Return the entry of an input that was refused."""
    return {
        "image": one.image,
        "status": "refused",
        "code": one.code,
        "found": one.found,
        "needed": one.needed,
        "to_do": one.to_do,
    }


def _input(one: ReadInput | RefusedInput) -> dict[str, Any]:
    """Return the entry of one input."""
    if isinstance(one, RefusedInput):
        return refused_entry(one)
    return {
        "image": one.image,
        "status": "read",
        "uid": one.uid,
        "statement": one.statement,
        "calcifications": one.calcifications,
        "listed": one.listed,
        "groups": one.groups,
        "limitations": [limitation.value for limitation in one.limitations],
        "files": list(one.files),
    }


def _timings(timings: Timings) -> dict[str, Any]:
    """Return the part that differs from run to run, milliseconds kept."""
    return {
        "started_at": timings.started_at.isoformat(timespec="seconds"),
        "jobs": timings.jobs,
        "seconds": round(timings.seconds, 3),
        "inputs": [
            {
                "image": one.image,
                "seconds": round(sum(one.stages.values()), 3),
                "stages": {name: round(seconds, 4) for name, seconds in one.stages.items()},
            }
            for one in timings.inputs
        ],
    }
