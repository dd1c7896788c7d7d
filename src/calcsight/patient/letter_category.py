"""What the category of a record says, and whether its recommendation goes with it."""

import re
from collections.abc import Mapping
from types import MappingProxyType
from unicodedata import normalize

from calcsight.knowledge.guidance import shipped_scheme
from calcsight.terms.errors import LetterRefused
from calcsight.terms.final_record import FinalRecord
from calcsight.terms.finding_records import Recommendation
from calcsight.terms.guidance import Level, Scheme

_TO_TISSUE = frozenset(
    {
        Level.INDETERMINATE,
        Level.SUSPICIOUS_LOW,
        Level.SUSPICIOUS_MODERATE,
        Level.SUSPICIOUS_HIGH,
        Level.HIGHLY_SUGGESTIVE,
    }
)
# What each recommendation goes with: any other level contradicts it.
_FITTING: Mapping[Recommendation, frozenset[Level]] = MappingProxyType(
    {
        Recommendation.ROUTINE: frozenset(
            {
                Level.NO_CALCIFICATION_FINDING,
                Level.TYPICALLY_BENIGN_ONLY,
                Level.BENIGN_FINDING,
            }
        ),
        Recommendation.SHORT_INTERVAL: frozenset({Level.PROBABLY_BENIGN}),
        Recommendation.MORE_VIEWS: frozenset(
            {Level.INCOMPLETE, Level.INDETERMINATE, Level.CANNOT_BE_CLASSIFIED}
        ),
        Recommendation.BIOPSY: _TO_TISSUE,
    }
)
_NOTHING_SEEN, _PROVEN = "1", "6"
_AFTER_CANCER = frozenset({Recommendation.TREATMENT, Recommendation.CONSULTATION})
_ROUTINE = frozenset({Recommendation.ROUTINE})
# What people print and the program never suggests: nothing seen, suspicion without its letter
# (DICOM PS3.16, CID 6027), and cancer that tissue has shown.
_PRINTED: Mapping[tuple[str, str], Mapping[str, frozenset[Recommendation]]] = MappingProxyType(
    {
        ("bi-rads-2013-like", "1"): MappingProxyType(
            {
                _NOTHING_SEEN: _ROUTINE,
                "4": frozenset({Recommendation.BIOPSY}),
                _PROVEN: _AFTER_CANCER,
            }
        ),
        ("five-tier", "1"): MappingProxyType({_NOTHING_SEEN: _ROUTINE}),
    }
)
_CALMING = frozenset({Recommendation.ROUTINE, Recommendation.SHORT_INTERVAL})
# "BI-RADS 4B", "category 3"; in five-tier schemes "M3", "R3".
_BEFORE_THE_CODE = re.compile(
    r"^(?:birads|category|categoria|cat|grade|grado)*(?:[a-z]?(?=[0-9])|(?=[iv]+[abc]?$))"
)
_ROMAN: Mapping[str, str] = MappingProxyType(
    {"i": "1", "ii": "2", "iii": "3", "iv": "4", "v": "5", "vi": "6"}
)
_NOT_CALM = re.compile("malig|cancer|carcino|dcis|cdis|suspi|sospech|indeterm|incomplet")


def levels_of(record: FinalRecord, scheme: Scheme | None) -> frozenset[Level]:
    """Return what the record's category means; empty = the scheme does not tell, or is unknown.

    However it is written: what a person typed as "4b" or "BI-RADS IVb" is category 4B.
    """
    return _levels(_bare(record.category), scheme)


def refuse_unknown_category(record: FinalRecord, scheme: Scheme | None) -> None:
    """Refuse a category that a scheme known here does not have: nobody guesses what it means."""
    if scheme is None:
        return
    code = _bare(record.category)
    if not _levels(code, scheme) and code not in _printed(scheme):
        codes = {one.code for one in scheme.categories.values() if one.code}
        raise LetterRefused(
            f"category {record.category[:40]}, which {record.scheme} does not have",
            f"one of: {', '.join(sorted(codes | set(_printed(scheme))))}",
            "correct the record; calcsight final check shows what it says",
        )


def refuse_proven(record: FinalRecord, result: str) -> None:
    """Refuse a result that is less than the cancer which the category calls proven."""
    if _leading(record.category) == _PROVEN:
        raise LetterRefused(
            f"category {record.category[:40]} of {record.scheme}, proven cancer, with a "
            f"{result} result of the tissue",
            "the tissue that showed the cancer, or another category",
            "correct the record, or tell her in person",
        )


def refuse_nothing_seen(record: FinalRecord, scheme: Scheme | None) -> None:
    """Refuse to tell of specks that the category says were not there."""
    if scheme is not None and _bare(record.category) == _NOTHING_SEEN:
        raise LetterRefused(
            f"category {record.category} of {record.scheme}, nothing seen, of the finding "
            f"{(record.finding_id or '')[:60]}",
            "a category for what was seen, or a record of the exam with no finding",
            "correct the record; calcsight final check shows what it says",
        )


def refuse_contradiction(
    record: FinalRecord, scheme: Scheme | None, *, after_tissue: bool = False
) -> None:
    """Refuse a category that asks for something else than is recommended.

    In a scheme that is unknown here the recommendation decides, yet never for less than every
    scheme that ships asks for under that code, and never calmly beside a word of suspicion.

    Parameters
    ----------
    record : FinalRecord
    scheme : Scheme or None
    after_tissue : bool
        The exam came after tissue that was benign: either category goes with either interval.
    """
    if scheme is not None:
        fits = _goes_together(record, scheme, _bare(record.category), after_tissue)
    else:
        fits = _may_go_together(record, after_tissue)
    if not fits:
        raise LetterRefused(
            f"category {record.category[:40]} of {record.scheme} with "
            f"{record.recommendation.value} recommended: one contradicts the other",
            "a category and a recommendation that go together",
            "correct the record; calcsight final check shows what it says",
        )


def _goes_together(record: FinalRecord, scheme: Scheme, code: str, after_tissue: bool) -> bool:
    """Tell whether a scheme has the recommendation of a record with a code."""
    advised = record.recommendation
    if advised in _printed(scheme).get(code, ()):
        return True
    fitting = set(_FITTING.get(advised, ()))
    if after_tissue:
        fitting |= {Level.BENIGN_FINDING, Level.PROBABLY_BENIGN}
    if advised is Recommendation.MORE_VIEWS and not _names_incomplete(scheme):
        # Where no category asks for views, whoever is recalled has a grade already.
        fitting |= _TO_TISSUE
    return not fitting.isdisjoint(_levels(code, scheme))


def _may_go_together(record: FinalRecord, after_tissue: bool) -> bool:
    """Tell whether a record of an unknown scheme may be told as its recommendation has it."""
    code = _leading(record.category)
    if record.recommendation not in _CALMING:
        return code != _PROVEN
    if _NOT_CALM.search(_plain(record.category)):
        return False
    found = (shipped_scheme(*one) for one in _PRINTED)
    knowing = [one for one in found if one and (_levels(code, one) or code in _printed(one))]
    return not knowing or any(_goes_together(record, one, code, after_tissue) for one in knowing)


def _levels(code: str, scheme: Scheme | None) -> frozenset[Level]:
    """Return what a bare code means in a scheme."""
    categories = scheme.categories if scheme else {}
    return frozenset(
        level for level, one in categories.items() if one.code and _bare(one.code) == code
    )


def _printed(scheme: Scheme) -> Mapping[str, frozenset[Recommendation]]:
    """Return the codes that people print in a scheme beside those that it tells of."""
    return _PRINTED.get((scheme.id, scheme.version), {})


def _plain(category: str) -> str:
    """Return the letters a-z and digits of a category, without accents."""
    return re.sub(r"[^a-z0-9]", "", normalize("NFKD", category).casefold())


def _bare(category: str) -> str:
    """Return a category without the words before its code, in Arabic digits."""
    code = _BEFORE_THE_CODE.sub("", _plain(category))
    roman = re.fullmatch(r"([iv]+)([abc]?)", code)
    return f"{_ROMAN[roman[1]]}{roman[2]}" if roman and roman[1] in _ROMAN else code


def _leading(category: str) -> str:
    """Return the code at the head of a category that may have words behind it."""
    found = re.match(r"[0-9]+(?:[abc]$)?", _bare(category))
    return found[0] if found else ""


def _names_incomplete(scheme: Scheme) -> bool:
    """Tell whether a scheme has a category that asks for more views."""
    found = scheme.categories.get(Level.INCOMPLETE)
    return found is not None and bool(found.code)
