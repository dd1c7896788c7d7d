"""Codes of a breast imaging report, and which of them says what a person's record says.

Sources: DICOM PS3.16 CID 6027 (assessment), CID 6028 (follow-up), CID 6030 and 6159 (pathology),
CID 6050 and 6058 (procedures), CID 6051 (reasons), CID 6063 (results), CID 6068 (stages).

A category has a code only where its scheme is known to have the categories of CID 6027, by the
id of the scheme: the same digit means other things in other schemes. What has no code that says
the same is left to the text of the report.
"""

from collections.abc import Mapping
from types import MappingProxyType

from pydicom.sr.codedict import codes
from pydicom.sr.coding import Code

from calcsight.terms.biopsy import BiopsyMethod, GuidedBy, MalignantSubtype, PathologyKind
from calcsight.terms.finding_records import AssociatedFinding, Recommendation
from calcsight.terms.mammogram import ExamKind

_BI = "MA.II.A.5."
ASSESSMENTS: Mapping[str, Code] = MappingProxyType(
    {
        "0": Code(
            "397138000",
            "SCT",
            "0 - Incomplete - Need additional imaging evaluation +/- priors",
        ),
        "1": Code("397140005", "SCT", "1 - Negative"),
        "2": Code("397141009", "SCT", "2 - Benign"),
        "3": Code("397143007", "SCT", "3 - Probably Benign"),
        "4": Code("397144001", "SCT", "4 - Suspicious"),
        "4A": Code(f"{_BI}4A", "BI", "4A - Low suspicion", "4.0"),
        "4B": Code(f"{_BI}4B", "BI", "4B - Intermediate suspicion", "4.0"),
        "4C": Code(f"{_BI}4C", "BI", "4C - Moderate suspicion", "4.0"),
        "5": Code("397145000", "SCT", "5 - Highly suggestive of malignancy"),
        "6": Code(f"{_BI}6", "BI", "6 - Known biopsy proven malignancy", "4.0"),
    }
)

# Schemes whose categories are those of CID 6027.
CODED_SCHEMES = frozenset({"bi-rads-2013-like"})
# The meanings of the codes keep the words of the fourth edition; the fifth has others for these:
LATER_WORDS: Mapping[str, str] = MappingProxyType(
    {"4B": "moderate suspicion", "4C": "high suspicion"}
)

# `more_views` may mean earlier mammograms, too, and no code says "one of the two". A consultation
# need not be with a surgeon, so it has none.
FOLLOW_UPS: Mapping[Recommendation, Code] = MappingProxyType(
    {
        Recommendation.ROUTINE: codes.cid6028.NormalIntervalFollowUp,
        Recommendation.SHORT_INTERVAL: codes.cid6028.FollowUpAtShortInterval111Months,
        Recommendation.MORE_VIEWS: codes.cid6028.EvaluationProcedure,
        Recommendation.BIOPSY: codes.cid6028.BiopsyShouldBeConsidered,
        Recommendation.TREATMENT: codes.cid6028.KnownBiopsyProvenMalignancyTakeAppropriateAction,
    }
)
SHORT_INTERVAL_MOST_MONTHS = 11  # what the code of a short interval says

REASONS: Mapping[ExamKind, Code] = MappingProxyType(
    {
        ExamKind.SCREENING: codes.cid6051.Screening,
        ExamKind.DIAGNOSTIC: codes.cid6051.Diagnostic,
    }
)
CALCIFICATIONS: Code = codes.cid6054.CalcificationOfBreast
# A mass and calcifications are one finding by name. An asymmetry may be focal or global: each has
# a code, what is either has none.
FINDINGS_WITH: Mapping[AssociatedFinding | None, Code] = MappingProxyType(
    {AssociatedFinding.MASS: codes.cid6054.MassWithCalcifications}
)
ASSOCIATED: Mapping[AssociatedFinding, Code] = MappingProxyType(
    {AssociatedFinding.DISTORTION: codes.cid6056.ArchitecturalDistortionOfBreast}
)

BIOPSIES: Mapping[BiopsyMethod, Code] = MappingProxyType(
    {
        BiopsyMethod.CORE_NEEDLE: codes.cid6050.CoreNeedleBiopsyOfBreast,
        BiopsyMethod.VACUUM_ASSISTED: codes.cid6050.CoreNeedleBiopsyOfBreast,
        BiopsyMethod.FINE_NEEDLE: codes.cid6050.FineNeedleAspirationOfBreast,
        BiopsyMethod.SURGICAL_EXCISION: codes.cid6050.BreastSurgicalBiopsy,
    }
)
# Any other way of taking tissue.
BIOPSY_OF_BREAST = Code("122548005", "SCT", "Biopsy of breast")
VACUUM_METHODS = frozenset({BiopsyMethod.VACUUM_ASSISTED, BiopsyMethod.VACUUM_EXCISION})
GUIDED: Mapping[GuidedBy, Code] = MappingProxyType(
    {
        GuidedBy.STEREOTACTIC: codes.cid6058.DiagnosticRadiographyStereotacticLocalization,
        GuidedBy.ULTRASOUND: codes.cid6058.UltrasonicGuidanceProcedure,
        GuidedBy.MRI: codes.cid6058.MagneticResonanceImagingGuidedBiopsy,
        GuidedBy.PALPATION: codes.cid6058.PalpationGuided,
    }
)
# A report that is awaited has no result, and so no code.
RESULTS: Mapping[PathologyKind, Code] = MappingProxyType(
    {
        PathologyKind.BENIGN: codes.cid6063.Benign,
        PathologyKind.HIGH_RISK: codes.cid6063.HighRiskTumor,
        PathologyKind.MALIGNANT: codes.cid6063.Malignant,
        PathologyKind.NON_DIAGNOSTIC: codes.cid6063.IndeterminateResult,
    }
)
MALIGNANCIES: Mapping[MalignantSubtype, Code] = MappingProxyType(
    {
        MalignantSubtype.DCIS: codes.cid6159.NonInfiltratingIntraductalCarcinoma,
        MalignantSubtype.INVASIVE: codes.cid6159.InvasiveBreastCarcinoma,
        MalignantSubtype.INVASIVE_WITH_DCIS: codes.cid6030.InvasiveAndInSituCarcinoma,
        MalignantSubtype.OTHER: codes.cid6159.OtherMalignancyType,
    }
)
# Stages II and III have codes of their parts alone.
STAGES: Mapping[int, Code] = MappingProxyType(
    {0: codes.cid6068.Stage0, 1: codes.cid6068.StageI, 4: codes.cid6068.StageIV}
)


def assessment_code(scheme: str, category: str) -> Code | None:
    """Return the code of a category; None = its scheme has none, and its words say it."""
    return ASSESSMENTS.get(category) if scheme in CODED_SCHEMES else None
