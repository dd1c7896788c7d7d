"""Codes of a breast imaging report, and which of them says what a person's record says.

Sources: DICOM PS3.16 CID 6030 and 6159 (pathology), CID 6050 and 6058 (procedures), CID 6051
(reasons), CID 6054 and 6056 (findings), CID 6063 (results), CID 6068 (stages). Categories and
what is recommended: `calcsight.dicom.assessment_codes`.

What has no code that says the same is left to the text of the report.
"""

from collections.abc import Mapping
from types import MappingProxyType

from pydicom.sr.codedict import codes
from pydicom.sr.coding import Code

from calcsight.terms.biopsy import BiopsyMethod, GuidedBy, MalignantSubtype, PathologyKind
from calcsight.terms.finding_records import AssociatedFinding
from calcsight.terms.mammogram import ExamKind

# The meanings of the codes keep the words of the fourth edition; the fifth has others for these:
LATER_WORDS: Mapping[str, str] = MappingProxyType(
    {"4B": "moderate suspicion", "4C": "high suspicion"}
)

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
