"""Families of tissue with detail down to the pixel, and how each breast's weave is drawn."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from calcsight.simulation.anatomy import Canvas
from calcsight.simulation.families import Families, pick_family
from calcsight.simulation.sheaves import Weave, sheaves
from calcsight.simulation.texture import Field
from calcsight.simulation.wefts import wefts

Draw = Callable[[np.random.Generator, Canvas, tuple[int, int], float, Weave], tuple[Field, Field]]
Range = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class FineTissue:
    """One family: how it is drawn and from which ranges; see `sheaves.Weave`.

    Parameters
    ----------
    walls : tuple of float
        Strength of the walls between fat lobules, against strands.
    """

    draw: Draw
    slope: Range
    lengths: Range
    turn: Range
    skew: Range
    walls: Range

    def weave(self, rng: np.random.Generator) -> Weave:
        """Draw one breast's weave."""
        longest = float(rng.uniform(*self.lengths))
        return Weave(
            slope=float(rng.uniform(*self.slope)),
            lengths=(max(1.0, 0.3 * longest), longest),
            turn=float(rng.uniform(*self.turn)),
            skew=float(rng.uniform(*self.skew)),
        )


_TISSUES = {
    Families.TUNING: {
        "sheaves": FineTissue(
            draw=sheaves,
            slope=(2.5, 3.3),
            lengths=(6.0, 20.0),
            turn=(0.4, 1.3),
            skew=(0.2, 0.7),
            walls=(0.0, 0.4),
        ),
        "felt": FineTissue(
            draw=sheaves,
            slope=(2.5, 3.2),
            lengths=(2.0, 8.0),
            turn=(0.6, 2.0),
            skew=(0.2, 0.6),
            walls=(0.0, 0.3),
        ),
        "lobules": FineTissue(
            draw=sheaves,
            slope=(2.6, 3.3),
            lengths=(3.0, 14.0),
            turn=(0.4, 1.2),
            skew=(0.2, 0.6),
            walls=(0.5, 1.3),
        ),
    },
    Families.TEST: {
        "wefts": FineTissue(
            draw=wefts,
            slope=(2.6, 3.1),
            lengths=(4.0, 10.0),
            turn=(0.3, 0.9),
            skew=(0.15, 0.5),
            walls=(0.0, 0.3),
        ),
        "creases": FineTissue(
            draw=wefts,
            slope=(2.5, 3.0),
            lengths=(3.0, 6.0),
            turn=(0.8, 1.6),
            skew=(0.1, 0.4),
            walls=(0.3, 1.0),
        ),
    },
}


def fine_tissue_families(families: Families) -> tuple[str, ...]:
    """Names of the families of fine tissue."""
    return tuple(_TISSUES[families])


def is_fine_tissue(name: str) -> bool:
    """Tell whether a background is one of fine tissue, of whichever half of the families."""
    return any(name in known for known in _TISSUES.values())


def fine_tissue(families: Families, name: str) -> FineTissue:
    """Return a family of fine tissue.

    Raises
    ------
    UsageError
        When `families` has none of that name.
    """
    return pick_family(_TISSUES, families, name)
