"""Write the part of docs/results/cbis-ddsm.md that compares our rules with readers."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType

from benchmarks.cbis_text import ill, number, share
from benchmarks.page import table
from calcsight.evaluation.cbis_agreement import CATEGORIES, Agreement, Compared, agreement
from calcsight.evaluation.figures import REPLICATES
from calcsight.terms.guidance import Level, Scheme

COLUMNS: Mapping[Level, str] = MappingProxyType(
    {
        Level.BENIGN_FINDING: "2",
        Level.PROBABLY_BENIGN: "3",
        Level.SUSPICIOUS_LOW: "4A",
        Level.SUSPICIOUS_MODERATE: "4B",
        Level.SUSPICIOUS_HIGH: "4C",
        Level.HIGHLY_SUGGESTIVE: "5",
        Level.INCOMPLETE: "incomplete",
        Level.CANNOT_BE_CLASSIFIED: "cannot be classified",
    }
)
SUBSETS: Mapping[str, Callable[[Compared], bool]] = MappingProxyType(
    {
        "all lesions": lambda one: True,
        "called back": lambda one: one.lesion.called_back,
        "called back, one type as stated": lambda one: one.lesion.called_back and one.settled,
        "called back, several types": lambda one: one.lesion.called_back and not one.settled,
    }
)

RULES = """## Readers' categories beside our suggestion

The category that readers gave (0, 2-5 in the tables), beside what our rules suggest **from the
words of the tables alone**: type and distribution, as if from a diagnostic exam, scheme `{scheme}`.
No image was read, so this measures the rules, not the detector or the describer.

- Of several words each counts as possible, and the most suspicious is weighed; of several
  distributions the most suspicious counts.
- *Alone*: the only lesion of its breast in the tables. Priors, change and a known cancer beside it
  are not in the tables: taken as unknown.
- Whether magnification views were seen is not in the tables either. Without them our rules never
  suggest 3; the second table takes them as seen, for every lesion.
- Kappa is Cohen's, on categories 2, 3, 4, 5 with 4A, 4B and 4C as 4; lesions to which readers gave
  0, or to which our rules give no category, are left out and counted. Intervals: percentile
  bootstrap by woman.
"""
DISCUSSION = """### What the disagreement comes from

- **Easy lesions make the kappa of all lesions**, {kappa_all}: most of those never called back are
  vascular, rim, coarse or several of these, a 2 for readers and rules. Among the lesions called
  back, where a rule would matter, kappa is {kappa_called}, with {exact_called} equal: words alone
  say little of the rest, and nearly all of it is a 4 or a 5, which leaves kappa little to work
  with. Where our rules give nothing but 4, as for most lesions of several types, kappa is 0
  whatever readers say.
- **Our rules never reach 5 by words.** {fives} of the {different} differing lesions called back
  have the readers' 5 and our 4; {fives_ill} of those {fives} were malignant. Readers had the whole
  film, and what else they saw is not in the tables.
- **Readers' 3, our 4**: {threes} lesions called back, {threes_ill} malignant. Our rules hold
  amorphous and pleomorphic shapes for suspicious whatever else is known; these readers sometimes
  did not.
- **Readers' 2, ours incomplete**: {opened} lesions, {opened_ill} malignant: round or punctate ones
  in no single stated group. The rules ask for more views where the reader was done.
- **Round or punctate.** If magnification views are taken as seen, our rules call {round_n} isolated
  groups of round or punctate particles probably benign; {round_ill} of them were malignant in this
  archive. That is no share to expect elsewhere: {round_called} were called back, on film, in an
  archive enriched with cancers, and nobody knows what else the readers saw, or whether a prior
  showed them as new. It does show that the word alone is no ground for watching; a suggestion of 3
  is for one isolated group, on magnification views, with nothing that speaks against it, and for a
  person.
- **Malignant, and our rules suggest 2:** {missed}.
- **Several types** in one lesion are weighed by their worst: {several}.
- **Circular by the archive's making:** a lesion never called back is benign because a reader
  thought so, and nobody looked again. Figures of all lesions lean on that; those called back do
  not, but were chosen by the category that they are compared with.
- The categories are those of that time, without 4A, 4B and 4C, and on film.
"""


def agreement_part(
    plain: Sequence[Compared], magnified: Sequence[Compared], scheme: Scheme, seed: int
) -> str:
    """Return the part, with every table.

    Parameters
    ----------
    plain, magnified : sequence of Compared
        Every lesion, as not seen and as seen on magnification views.
    scheme : Scheme
    seed : int
        Of the bootstrap.
    """
    parts = [
        RULES.format(scheme=f"{scheme.id} {scheme.version}"),
        "### As the tables tell: no magnification views known",
        _crossed(plain),
        _kappas(plain, seed),
        "### Taken as seen on magnification views",
        _crossed(magnified),
        _kappas(magnified, seed),
        _discussion(plain, magnified, seed),
    ]
    return "\n\n".join(part.strip() for part in parts)


def _crossed(found: Sequence[Compared]) -> str:
    """Cross readers' categories with our levels: lesions, of them malignant."""
    n = Counter((one.lesion.assessment, one.suggestion.level) for one in found)
    ill = Counter(
        (one.lesion.assessment, one.suggestion.level) for one in found if one.lesion.malignant
    )
    lines = [
        (
            str(readers),
            *(
                f"{n[readers, level]} ({ill[readers, level]})" if n[readers, level] else ""
                for level in COLUMNS
            ),
        )
        for readers in sorted({one.lesion.assessment for one in found})
    ]
    return "All lesions, of them malignant in brackets:\n\n" + table(
        ("readers", *(f"ours: {code}" for code in COLUMNS.values())), lines
    )


def _kappas(found: Sequence[Compared], seed: int) -> str:
    """Measure agreement in every subset."""
    lines = []
    for name, belongs in SUBSETS.items():
        one = _agreement(found, belongs, seed)
        lines.append(
            (
                name,
                str(one.n),
                f"{one.readers_left_out} / {one.ours_left_out}",
                share(one.exact),
                number(one.linear),
                number(one.quadratic),
            )
        )
    head = (
        "lesions",
        "compared",
        "left out: readers' 0 / ours none",
        "equal, %",
        "kappa, linear",
        "kappa, quadratic",
    )
    return table(head, lines)


def _discussion(plain: Sequence[Compared], magnified: Sequence[Compared], seed: int) -> str:
    """Fill the discussion with counts."""
    called = [one for one in plain if one.lesion.called_back and one.ours and one.readers]
    fives = [one for one in called if (one.readers, one.ours) == (5, 4)]
    threes = [one for one in called if (one.readers, one.ours) == (3, 4)]
    opened = [
        one
        for one in plain
        if one.readers == CATEGORIES[0] and one.suggestion.level is Level.INCOMPLETE
    ]
    watched = [one for one in magnified if one.suggestion.level is Level.PROBABLY_BENIGN]
    every = _agreement(plain, SUBSETS["all lesions"], seed)
    back = _agreement(plain, SUBSETS["called back"], seed)
    several = _agreement(plain, SUBSETS["called back, several types"], seed)
    return DISCUSSION.format(
        kappa_all=number(every.quadratic),
        kappa_called=number(back.quadratic),
        exact_called=f"{share(back.exact)} %",
        different=sum(one.readers != one.ours for one in called),
        fives=len(fives),
        fives_ill=ill(fives),
        threes=len(threes),
        threes_ill=ill(threes),
        round_n=len(watched),
        round_ill=ill(watched),
        round_called=f"{sum(one.lesion.called_back for one in watched)} of the {len(watched)}",
        missed=_missed(plain),
        opened=len(opened),
        opened_ill=ill(opened),
        several=f"{share(several.exact)} % equal on {several.n} lesions called back, "
        f"beside {share(back.exact)} % on all that were",
    )


def _missed(found: Sequence[Compared]) -> str:
    """Describe the malignant lesions for which our rules suggest 2."""
    own = [one.lesion for one in found if one.ours == CATEGORIES[0] and one.lesion.malignant]
    said = [
        " and ".join(
            sorted({f"{v.type_words} {v.distribution_words}".lower() for v in lesion.views})
        )
        + f", readers {lesion.assessment}"
        for lesion in own
    ]
    every = sum(one.ours == CATEGORIES[0] for one in found)
    return f"{len(own)} of {every} lesions" + (f" ({'; '.join(said)})" if own else "")


def _agreement(
    found: Iterable[Compared], belongs: Callable[[Compared], bool], seed: int
) -> Agreement:
    return agreement([one for one in found if belongs(one)], REPLICATES, seed)
