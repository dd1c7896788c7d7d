"""What a reading is described and weighed with."""

from dataclasses import dataclass

from calcsight.terms.guidance import Guidance
from calcsight.terms.judge import Describer


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Interpreter:
    """Names shapes by a describer, and weighs them by published guidance.

    Parameters
    ----------
    describer : Describer
    guidance : Guidance
    """

    describer: Describer
    guidance: Guidance
