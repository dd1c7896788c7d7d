"""All views under one rule, ready to be counted."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from calcsight.evaluation.afroc import Lesions, Normals
from calcsight.evaluation.cases import Case, Flags
from calcsight.evaluation.denominators import Denominator
from calcsight.evaluation.froc import FalseMarks, Hits, gather_false, gather_hits
from calcsight.evaluation.group_rules import GroupRule
from calcsight.evaluation.particle_rules import ParticleRule, particles_of
from calcsight.evaluation.sample import Sample
from calcsight.evaluation.strata import ParticleStratum, ViewStratum
from calcsight.evaluation.verdicts import Verdict

Rule = ParticleRule | GroupRule


@dataclass(frozen=True, kw_only=True, eq=False)
class Ruled:
    """Views under one rule; those it does not apply to are not among them.

    Parameters
    ----------
    rule : ParticleRule or GroupRule
    sample : Sample
    at : tuple of int
        Positions of the views in the sample.
    verdicts : tuple of Verdict
        One for each of them.
    """

    rule: Rule
    sample: Sample
    at: tuple[int, ...]
    verdicts: tuple[Verdict, ...]

    @property
    def cases(self) -> list[Case]:
        """The views."""
        return [self.sample.cases[number] for number in self.at]

    def only(self, stratum: ViewStratum) -> "Ruled":
        """Keep the views of a stratum."""
        kept = [n for n, case in enumerate(self.cases) if stratum.holds(case)]
        return Ruled(
            rule=self.rule,
            sample=self.sample,
            at=tuple(self.at[n] for n in kept),
            verdicts=tuple(self.verdicts[n] for n in kept),
        )

    @cached_property
    def _gathered(self) -> dict[str, FalseMarks]:
        """What `false_marks` has gathered before: several figures ask for the same."""
        return {}

    def false_marks(self, denominator: Denominator) -> FalseMarks:
        """Gather the false marks on what they are counted on."""
        if denominator.code not in self._gathered:
            self._gathered[denominator.code] = self._gather(denominator)
        return self._gathered[denominator.code]

    def _gather(self, denominator: Denominator) -> FalseMarks:
        """Gather the false marks of the views that count."""
        amounts = np.array([denominator.of_view(case) for case in self.cases])
        counted = np.nonzero(amounts)[0]
        owners = self.sample.patient_of[list(self.at)]
        summed = np.bincount(owners, weights=amounts, minlength=len(self.sample.patients))
        per = summed.astype(np.float64)
        scores = [self.verdicts[number].false_scores for number in counted]
        return gather_false(scores, owners[counted], per)

    def hits(self, stratum: ParticleStratum | None = None) -> Hits:
        """Gather the targets, those of a stratum alone when one is given."""
        wanted = self.wanted(stratum)
        scores = [v.hit_scores[w] for v, w in zip(self.verdicts, wanted, strict=True)]
        owners = self.sample.patient_of[list(self.at)]
        return gather_hits(
            np.concatenate([np.zeros(0), *scores]),
            np.repeat(owners, [len(one) for one in scores]),
            len(self.sample.patients),
        )

    def wanted(self, stratum: ParticleStratum | None = None) -> list[Flags]:
        """Say of each view which of its targets count."""
        wanted = [verdict.targets for verdict in self.verdicts]
        if stratum is None or isinstance(self.rule, GroupRule):
            return wanted
        kept: list[Flags] = []
        for case, targets in zip(self.cases, wanted, strict=True):
            particles = particles_of(case)
            held = targets[:0] if particles is None else stratum.holds(particles)
            kept.append(targets & held)
        return kept

    def normals(self) -> Normals:
        """Gather the normal views for the AFROC."""
        rows = [
            (float(verdict.false_scores.max(initial=-np.inf)), self.sample.patient_of[number])
            for number, verdict in zip(self.at, self.verdicts, strict=True)
            if self.sample.cases[number].true.normal and not self.sample.cases[number].found.refused
        ]
        return Normals(
            highest=np.array([score for score, _ in rows], dtype=np.float64),
            patients=np.array([owner for _, owner in rows], dtype=np.int64),
        )

    def lesions(self, *, weighted: bool) -> Lesions:
        """Gather the targets for the AFROC."""
        scores = [v.hit_scores[v.targets] for v in self.verdicts]
        sizes = [len(one) for one in scores]
        shares = [np.full(size, 1.0 / size if weighted else 1.0) for size in sizes if size]
        return Lesions(
            scores=np.concatenate([np.zeros(0), *scores]),
            shares=np.concatenate([np.zeros(0), *shares]),
            patients=np.repeat(self.sample.patient_of[list(self.at)], sizes),
        )


def under(rule: Rule, sample: Sample) -> Ruled:
    """Judge every view that the rule applies to."""
    judged = [(number, rule.judge(case)) for number, case in enumerate(sample.cases)]
    kept = [(number, verdict) for number, verdict in judged if verdict is not None]
    return Ruled(
        rule=rule,
        sample=sample,
        at=tuple(number for number, _ in kept),
        verdicts=tuple(verdict for _, verdict in kept),
    )


def patients_of(ruled: Ruled) -> int:
    """Count the patients of the views."""
    return len({case.true.patient for case in ruled.cases})


def targets_of(wanted: Sequence[Flags]) -> int:
    """Count targets."""
    return int(sum(int(flags.sum()) for flags in wanted))
