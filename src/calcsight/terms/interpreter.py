"""What a reading is described and weighed with."""

from dataclasses import dataclass

from calcsight.terms.guidance import Guidance
from calcsight.terms.judge import Describer
from calcsight.terms.reading import InterpretedBy


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

    @property
    def named(self) -> InterpretedBy:
        """What the provenance of a reading says of it."""
        told = self.guidance
        return InterpretedBy(
            describer=self.describer.name,
            describer_digest=self.describer.digest,
            vocabulary=f"{told.vocabulary.id} {told.vocabulary.version}",
            population=f"{told.population.id} {told.population.version}",
            scheme=f"{told.scheme.id} {told.scheme.version}",
            policy=f"{told.policy.id} {told.policy.version}",
            guidance_digest=told.digest,
        )
