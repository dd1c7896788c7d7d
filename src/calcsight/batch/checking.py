"""Whether each input could be read, without reading it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from calcsight.analysis.breast import find_breast
from calcsight.assembly import load_stated
from calcsight.batch.finding import FoundInput
from calcsight.batch.refusal import as_refused
from calcsight.reports.manifest import RefusedInput
from calcsight.terms.mammogram import Mammogram
from calcsight.terms.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Readable:
    """An input that could be read: what the loader understood of it."""

    image: str
    mammogram: Mammogram


def check_all(
    inputs: Sequence[FoundInput], settings: Settings, debug: bool
) -> Iterator[Readable | RefusedInput]:
    """Load every input and look for a breast in it; yield the answers in order.

    Raises
    ------
    CalcsightError
        Anything that is wrong with more than one input.
    """
    for one in inputs:
        try:
            yield _checked(one, settings)
        except Exception as problem:  # noqa: BLE001 - sorted in one place: `as_refused`
            yield as_refused(one.image, problem, debug)


def _checked(one: FoundInput, settings: Settings) -> Readable:
    """Load one input and look for a breast in it."""
    if one.refusal is not None:
        raise one.refusal
    mammogram = load_stated(one.path, one.stated)
    spacing = mammogram.spacing
    pitch_mm = spacing.mean_mm if spacing else settings.detection.assumed_pitch_mm
    find_breast(mammogram, pitch_mm, settings.breast)
    return Readable(image=one.image, mammogram=mammogram)
