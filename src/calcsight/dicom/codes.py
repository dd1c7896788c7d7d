"""The one owner of DICOM codes for views, their modifiers and the reason of an exam.

Sources: DICOM PS3.16, CID 4014 (views), CID 4015 (view modifiers), CID 6051 (reasons of a
breast procedure), CID 6055 (findings that are one). The older SNOMED-RT values come from the
mapping of SNOMED identifiers in the same part; files written before 2016 name their scheme
SRT, SNM3 or 99SDM.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from calcsight.terms.mammogram import ExamKind, View, ViewModifier

SCT = "SCT"
DCM = "DCM"
OLD_SCHEMES = frozenset({"SRT", "SNM3", "99SDM"})


@dataclass(frozen=True, slots=True)
class Code:
    """One coded concept.

    Parameters
    ----------
    value : str
        Code in `scheme`.
    meaning : str
        Code Meaning as the standard prints it.
    old_value : str
        The SNOMED-RT value old files carry, "" when there is none.
    scheme : str
        "SCT" (SNOMED CT) or "DCM".
    """

    value: str
    meaning: str
    old_value: str = ""
    scheme: str = SCT


BREAST = Code("76752008", "Breast", "T-04000")
RIGHT = Code("24028007", "Right", "G-A100")
LEFT = Code("7771000", "Left", "G-A101")

VIEWS: Mapping[View, Code] = MappingProxyType(
    {
        View.CC: Code("399162004", "cranio-caudal", "R-10242"),
        View.MLO: Code("399368009", "medio-lateral oblique", "R-10226"),
        View.ML: Code("399260004", "medio-lateral", "R-10224"),
        View.LM: Code("399352003", "latero-medial", "R-10228"),
        View.LMO: Code("399099002", "latero-medial oblique", "R-10230"),
        View.XCCL: Code("399192008", "cranio-caudal exaggerated laterally", "R-1024A"),
        View.XCCM: Code("399101009", "cranio-caudal exaggerated medially", "R-1024B"),
        View.FB: Code("399196006", "caudo-cranial (from below)", "R-10244"),
        View.SIO: Code("399188001", "superolateral to inferomedial oblique", "R-102D0"),
        View.ISO: Code("441555000", "inferomedial to superolateral oblique", "R-40AAA"),
        View.SPECIMEN: Code("127457009", "tissue specimen from breast", "G-8310"),
    }
)

MODIFIERS: Mapping[ViewModifier, tuple[Code, ...]] = MappingProxyType(
    {
        ViewModifier.MAGNIFICATION: (Code("399163009", "Magnification", "R-102D6"),),
        ViewModifier.SPOT_COMPRESSION: (Code("399055006", "Spot Compression", "R-102D7"),),
        ViewModifier.CLEAVAGE: (Code("399161006", "Cleavage", "R-102D2"),),
        ViewModifier.AXILLARY_TAIL: (
            Code("399011000", "Axillary Tail", "R-102D1"),
            Code("442580003", "Axillary tissue", "R-40AB2"),
        ),
        ViewModifier.ROLLED: (
            Code("399197002", "Rolled Lateral", "R-102D3"),
            Code("399226006", "Rolled Medial", "R-102D4"),
            Code("415670009", "Rolled Superior", "R-102C9"),
            Code("414493004", "Rolled Inferior", "R-102CA"),
        ),
        ViewModifier.TANGENTIAL: (Code("399110001", "Tangential", "R-102C2"),),
        ViewModifier.NIPPLE_IN_PROFILE: (Code("442581004", "Nipple in profile", "R-40AB3"),),
        ViewModifier.IMPLANT_DISPLACED: (Code("399209000", "Implant Displaced", "R-102D5"),),
    }
)

REASONS: Mapping[ExamKind, tuple[Code, ...]] = MappingProxyType(
    {
        ExamKind.SCREENING: (Code("360156006", "Screening", "R-42453"),),
        ExamKind.DIAGNOSTIC: (
            Code("261004008", "Diagnostic", "R-408C3"),
            Code("111402", "Clinical finding", scheme=DCM),
            Code("111415", "Additional evaluation requested from prior study", scheme=DCM),
            Code("111416", "Follow-up at short interval from prior study", scheme=DCM),
            Code(
                "111419",
                "Additional evaluation requested from abnormal screening study",
                scheme=DCM,
            ),
            Code("111591", "Recall for imaging findings", scheme=DCM),
            Code("111592", "Recall for patient symptoms/ clinical findings", scheme=DCM),
        ),
    }
)

FINDINGS: tuple[Code, ...] = (
    Code("89164003", "Breast lump"),
    Code("268951004", "O/E - Breast lump palpated"),
    Code("290113009", "Bloody nipple discharge"),
    Code("111478", "Non-bloody discharge (from nipple)", scheme=DCM),
    Code("129796009", "Skin retraction of breast"),
    Code("129797000", "Skin thickening of breast"),
    Code("87386002", "Peau d'orange surface of breast"),
    Code("129748009", "Radiographic calcification finding"),
    Code("111126", "Image detected mass", scheme=DCM),
)


def is_code(code: Code, value: str, scheme: str) -> bool:
    """Tell whether a value and scheme from a file name this concept, in its new or old form."""
    if scheme == code.scheme:
        return value == code.value
    return scheme in OLD_SCHEMES and value == code.old_value != ""
