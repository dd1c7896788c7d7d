"""What one simulated view is made from: everything that is not drawn from its seed."""

from dataclasses import dataclass, field

from calcsight.simulation.families import Families, check_seed
from calcsight.simulation.truth import Kind
from calcsight.terms.errors import UsageError
from calcsight.terms.group import Distribution
from calcsight.terms.mammogram import Laterality, View


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
    """

    kind: Kind
    distribution: Distribution
    count: int
    diameter_mm: tuple[float, float] = (0.1, 1.0)
    contrast_sd: tuple[float, float] = (3.0, 30.0)
    tightness: float = 1.0


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
        check_seed(self.seed, self.families)
        check_seed(self.woman_seed, self.families)
        if not 0.03 <= self.pitch_mm <= 0.25:
            raise UsageError(f"a pitch of {self.pitch_mm} mm", "0.03 to 0.25 mm")
        if self.laterality is Laterality.UNKNOWN or self.view not in (View.CC, View.MLO):
            raise UsageError(f"view {self.laterality} {self.view}", "L or R, CC or MLO")
