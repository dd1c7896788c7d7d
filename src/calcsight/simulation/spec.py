"""What one simulated view is made from: everything that is not drawn from its seed."""

import math
from dataclasses import dataclass, field
from typing import Any

from calcsight.simulation.families import Families, check_seed
from calcsight.simulation.truth import Kind
from calcsight.terms.distribution import Distribution
from calcsight.terms.errors import UsageError
from calcsight.terms.mammogram import Laterality, View

# No breast holds more; and what a definition asks for must not fill the memory.
_MOST_PARTICLES = 10_000
_MOST_ROWS = 10_000
_LARGEST_MM = 100.0
_MOST_CONTRAST_SD = 1e4


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupPlan:
    """One group to plant.

    Parameters
    ----------
    kind : Kind
    distribution : Distribution
    count : int
        Number of particles, >= 1; a single one counts as isolated.
    diameter_mm, contrast_sd : tuple of float
        Lowest and highest; diameters are log-uniform, contrasts uniform between them.
    tightness : float
        Factor on every distance between particles, and on the least one: 1 leaves at least
        0.25 mm of tissue and 0.5 mm between centres, 0.5 half of both.

    Raises
    ------
    UsageError
        When a number is none, or outside its range.
    """

    kind: Kind
    distribution: Distribution
    count: int
    diameter_mm: tuple[float, float] = (0.1, 1.0)
    contrast_sd: tuple[float, float] = (3.0, 30.0)
    tightness: float = 1.0

    def __post_init__(self) -> None:
        _check_whole("particles of a group", self.count, 1, _MOST_PARTICLES)
        _check_range("diameters in mm", self.diameter_mm, _LARGEST_MM)
        _check_range("contrasts in SD", self.contrast_sd, _MOST_CONTRAST_SD)
        if not _is_number(self.tightness) or not 0.0 < self.tightness <= 10.0:
            raise UsageError(f"a tightness of {self.tightness!r}", "more than 0, at most 10")


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewSpec:
    """One view to simulate; the same spec gives the same bytes.

    Parameters
    ----------
    name : str
        Unique within its set.
    woman : str
        Views of one woman share it, and nothing else does.
    families : Families
        Which half of the random families everything below belongs to.
    woman_seed, seed : int
        Anatomy shared by the views of one woman, and this view; in the range of `families`.
    laterality, view : Laterality, View
        LEFT or RIGHT; CC or MLO.
    pitch_mm : float
        Distance between pixel centres, 0.03-0.25.
    rows : int
        Height of the image, pixels.
    look : str
        How the detector's signal is stored; one of `looks.LOOKS`.
    background, outlines, blur : str
        Names of the families.
    groups : tuple of GroupPlan
    isolated : int
        Number of particles outside any group.

    Raises
    ------
    UsageError
        When a word or a number is none, or outside its range.
    """

    name: str
    woman: str
    families: Families
    woman_seed: int
    seed: int
    laterality: Laterality
    view: View
    pitch_mm: float
    rows: int
    look: str
    background: str
    outlines: str
    blur: str
    groups: tuple[GroupPlan, ...] = field(default=())
    isolated: int = 0

    def __post_init__(self) -> None:
        for said in (self.name, self.woman, self.look, self.background, self.outlines, self.blur):
            if not isinstance(said, str):
                raise UsageError(f"the word {said!r} in a view spec", "a text")
        for seed in (self.seed, self.woman_seed):
            _check_whole("seed", seed, 0, 2**63 - 1)
        _check_whole("rows", self.rows, 1, _MOST_ROWS)
        _check_whole("isolated particles", self.isolated, 0, _MOST_PARTICLES)
        check_seed(self.seed, self.families)
        check_seed(self.woman_seed, self.families)
        if not _is_number(self.pitch_mm) or not 0.03 <= self.pitch_mm <= 0.25:
            raise UsageError(f"a pitch of {self.pitch_mm} mm", "0.03 to 0.25 mm")
        if self.laterality is Laterality.UNKNOWN or self.view not in (View.CC, View.MLO):
            raise UsageError(f"view {self.laterality} {self.view}", "L or R, CC or MLO")


def _check_whole(what: str, said: Any, least: int, most: int) -> None:
    """Refuse what is no whole number of a range."""
    if isinstance(said, bool) or not isinstance(said, int) or not least <= said <= most:
        raise UsageError(f"{what}: {str(said)[:60]!r}", f"a whole number, {least} to {most}")


def _check_range(what: str, said: Any, most: float) -> None:
    """Refuse what is no pair of numbers above 0, the lower first."""
    pair = isinstance(said, tuple) and len(said) == 2 and all(map(_is_number, said))
    if not pair or not 0.0 < said[0] <= said[1] <= most:
        raise UsageError(
            f"{what}: {str(said)[:60]!r}", f"lowest and highest, above 0, at most {most:g}"
        )


def _is_number(said: Any) -> bool:
    """Tell whether something is a finite number."""
    if isinstance(said, float):
        return math.isfinite(said)
    return isinstance(said, int) and not isinstance(said, bool)
