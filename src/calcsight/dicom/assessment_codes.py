"""Codes of what a person assessed and recommends: never written of what a program suggests.

Sources: DICOM PS3.16, CID 6027 (assessment; its codes are not in pydicom's tables) and CID 6028
(recommended follow-up). The letters of category 4 have codes of the fourth edition of BI-RADS,
and CID 6027 prints that edition's words, in which 4B is "intermediate" and 4C "moderate"; later
editions call 4B moderate and 4C high. So a category is looked up by what it is called, never by a
word, and the words of its own scheme stand beside it.
"""

from collections.abc import Mapping
from types import MappingProxyType

from pydicom.sr.codedict import codes
from pydicom.sr.coding import Code

from calcsight.terms.calendar_months import months_later
from calcsight.terms.final_record import FinalRecord
from calcsight.terms.finding_records import Recommendation

# Schemes whose categories are known to be those of CID 6027: of the 4th edition, from which its
# codes come, and of the 5th. A later one is added when it is known what it changed.
_SCHEMES = frozenset({"bi-rads-2003", "bi-rads-2013", "bi-rads-2013-like"})
_SHORT_INTERVAL_MOST_MONTHS = 11  # what the code of a short interval says
_CATEGORIES: Mapping[str, Code] = MappingProxyType(
    {
        "0": Code(
            "397138000", "SCT", "0 - Incomplete - Need additional imaging evaluation +/- priors"
        ),
        "1": Code("397140005", "SCT", "1 - Negative"),
        "2": Code("397141009", "SCT", "2 - Benign"),
        "3": Code("397143007", "SCT", "3 - Probably Benign"),
        "4": Code("397144001", "SCT", "4 - Suspicious"),
        "4A": Code("MA.II.A.5.4A", "BI", "4A - Low suspicion", "4.0"),
        "4B": Code("MA.II.A.5.4B", "BI", "4B - Intermediate suspicion", "4.0"),
        "4C": Code("MA.II.A.5.4C", "BI", "4C - Moderate suspicion", "4.0"),
        "5": Code("397145000", "SCT", "5 - Highly suggestive of malignancy"),
        "6": Code("MA.II.A.5.6", "BI", "6 - Known biopsy proven malignancy", "4.0"),
    }
)
_FOLLOW_UPS: Mapping[Recommendation, Code] = MappingProxyType(
    {
        Recommendation.ROUTINE: codes.cid6028.NormalIntervalFollowUp,
        Recommendation.SHORT_INTERVAL: codes.cid6028.FollowUpAtShortInterval111Months,
        Recommendation.MORE_VIEWS: codes.cid6028.AdditionalProjections,
        Recommendation.BIOPSY: codes.cid6028.BiopsyShouldBeConsidered,
        Recommendation.TREATMENT: codes.cid6028.KnownBiopsyProvenMalignancyTakeAppropriateAction,
    }
)


def assessment_code(scheme: str, category: str) -> Code | None:
    """Return the code of a category that a person gave; None = CID 6027 has none of its scheme.

    Parameters
    ----------
    scheme : str
        Id of the scheme, "bi-rads-2013-like".
    category : str
        As the scheme prints it, "4B".
    """
    if scheme.lower() not in _SCHEMES:
        return None
    return _CATEGORIES.get(category.upper())


def follow_up_code(record: FinalRecord) -> Code | None:
    """Return the code of what a person recommends; None = CID 6028 has none that says it.

    The code of a short interval says 1-11 months: one that is due later has none.
    """
    if record.recommendation is Recommendation.SHORT_INTERVAL and record.due_on is not None:
        start = record.assessment.assessed_day
        if record.due_on >= months_later(start, _SHORT_INTERVAL_MOST_MONTHS + 1):
            return None
    return _FOLLOW_UPS.get(record.recommendation)
