"""Side, view, reason, date and warnings, from new and old headers."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from pydicom import Dataset, Sequence

from calcsight.dicom.codes import MODIFIERS, VIEWS, Code
from calcsight.dicom.loading import load_dicom
from calcsight.dicom.mg_writing import hashed_uid
from calcsight.terms.errors import ContradictionError
from calcsight.terms.limitation import Limitation
from calcsight.terms.mammogram import ExamKind, Intent, Laterality, View, ViewModifier
from calcsight.terms.stated import Stated

Make = Callable[..., Path]


def coded(value: str, scheme: str) -> Sequence:
    item = Dataset()
    item.CodeValue, item.CodingSchemeDesignator, item.CodeMeaning = value, scheme, "free text"
    return Sequence([item])


@pytest.mark.parametrize("scheme", ["SCT", "SRT", "SNM3", "99SDM"])
@pytest.mark.parametrize(("view", "code"), VIEWS.items())
def test_views_by_new_and_old_codes(make: Make, view: View, code: Code, scheme: str) -> None:
    def edit(dataset: Dataset) -> None:
        value = code.value if scheme == "SCT" else code.old_value
        dataset.ViewCodeSequence = coded(value, scheme)

    assert load_dicom(make(edit=edit), Stated()).view is view


@pytest.mark.parametrize("scheme", ["SCT", "SRT"])
@pytest.mark.parametrize(
    ("modifier", "code"), [(m, code) for m, codes in MODIFIERS.items() for code in codes]
)
def test_modifiers_by_new_and_old_codes(
    make: Make, modifier: ViewModifier, code: Code, scheme: str
) -> None:
    def edit(dataset: Dataset) -> None:
        value = code.value if scheme == "SCT" else code.old_value
        dataset.ViewCodeSequence[0].ViewModifierCodeSequence = coded(value, scheme)

    assert load_dicom(make(edit=edit), Stated()).modifiers == (modifier,)


def test_an_unknown_modifier_is_other_and_an_unknown_view_unknown(make: Make) -> None:
    def edit(dataset: Dataset) -> None:
        dataset.ViewCodeSequence = coded("399162004", "99LOCAL")
        dataset.ViewCodeSequence[0].ViewModifierCodeSequence = coded("1", "99LOCAL")

    mammogram = load_dicom(make(edit=edit), Stated())
    assert mammogram.view is View.UNKNOWN
    assert mammogram.modifiers == (ViewModifier.OTHER,)
    assert mammogram.limitations == (Limitation.VIEW_UNKNOWN,)
    assert load_dicom(make(edit=edit), Stated(view=View.ML)).view is View.ML


@pytest.mark.parametrize(
    ("position", "view"),
    [("MLO", View.MLO), ("xccl", View.XCCL), ("unknown", View.UNKNOWN), ("PA", View.UNKNOWN)],
)
def test_view_position_is_the_fallback(make: Make, position: str, view: View) -> None:
    def edit(dataset: Dataset) -> None:
        del dataset.ViewCodeSequence
        dataset.ViewPosition = position

    assert load_dicom(make(edit=edit), Stated()).view is view


@pytest.mark.parametrize(
    ("image", "series", "expected"),
    [("R", "L", "R"), (None, "R", "R"), ("B", None, "unknown"), (None, None, "unknown")],
)
def test_laterality_of_the_image_then_of_the_series(
    make: Make, image: str | None, series: str | None, expected: str
) -> None:
    def edit(dataset: Dataset) -> None:
        dataset.ImageLaterality, dataset.Laterality = image, series

    mammogram = load_dicom(make(edit=edit), Stated())
    assert mammogram.laterality == expected
    unknown = Limitation.LATERALITY_UNKNOWN in mammogram.limitations
    assert unknown is (expected == "unknown")


@pytest.mark.parametrize(
    ("value", "scheme", "expected"),
    [
        ("360156006", "SCT", ExamKind.SCREENING),
        ("R-42453", "SRT", ExamKind.SCREENING),
        ("261004008", "SCT", ExamKind.DIAGNOSTIC),
        ("111591", "DCM", ExamKind.DIAGNOSTIC),
        ("89164003", "SCT", ExamKind.DIAGNOSTIC),
        ("360156006", "99LOCAL", ExamKind.SCREENING),
    ],
)
def test_reason_of_the_request(make: Make, value: str, scheme: str, expected: ExamKind) -> None:
    def edit(dataset: Dataset) -> None:
        request = Dataset()
        request.ReasonForRequestedProcedureCodeSequence = coded(value, scheme)
        dataset.RequestAttributesSequence = Sequence([request])

    path = make(edit=edit)
    assert load_dicom(path, Stated()).exam_kind is expected
    if scheme != "99LOCAL":
        other = next(kind for kind in ExamKind if kind is not expected)
        with pytest.raises(ContradictionError, match="exam"):
            load_dicom(path, Stated(exam_kind=other))


def test_the_user_says_why_when_the_header_does_not(make: Make) -> None:
    stated = Stated(exam_kind=ExamKind.DIAGNOSTIC)
    assert load_dicom(make(), stated).exam_kind is ExamKind.DIAGNOSTIC


@pytest.mark.parametrize(
    "stated",
    [
        Stated(laterality=Laterality.RIGHT),
        Stated(view=View.MLO),
        Stated(acquired_on=date(2020, 1, 1)),
        Stated(spacing_mm=0.2),
    ],
)
def test_contradictions_are_usage_errors(make: Make, stated: Stated) -> None:
    with pytest.raises(ContradictionError) as raised:
        load_dicom(make(), stated)
    assert raised.value.found
    assert raised.value.needed
    assert raised.value.advice


def test_agreement_changes_nothing(make: Make) -> None:
    path = make(imager_spacing_mm=(0.07, 0.07))
    stated = Stated(
        laterality=Laterality.LEFT, view=View.CC, acquired_on=date(2021, 3, 4), spacing_mm=0.07
    )
    plain, agreed = load_dicom(path, Stated()), load_dicom(path, stated)
    assert agreed.spacing == plain.spacing
    assert (agreed.laterality, agreed.view) == (Laterality.LEFT, View.CC)
    assert agreed.acquired_on == plain.acquired_on == date(2021, 3, 4)
    assert load_dicom(path, Stated(laterality=Laterality.UNKNOWN)).laterality is Laterality.LEFT


@pytest.mark.parametrize(
    ("acquisition", "content", "study", "expected"),
    [
        ("20200101", "20200102", "20200103", date(2020, 1, 1)),
        ("", "20200102", "20200103", date(2020, 1, 2)),
        ("20201350", "", "20200103", date(2020, 1, 3)),
        ("", "", "2020.01.03", date(2020, 1, 3)),
        ("", "x", "", None),
    ],
)
def test_dates(
    make: Make, acquisition: str, content: str, study: str, expected: date | None
) -> None:
    def edit(dataset: Dataset) -> None:
        dataset["AcquisitionDate"]._value = acquisition
        dataset["ContentDate"]._value = content
        dataset["StudyDate"]._value = study

    assert load_dicom(make(edit=edit), Stated()).acquired_on == expected


@pytest.mark.parametrize(
    ("keyword", "value", "limitation"),
    [
        ("BreastImplantPresent", "YES", Limitation.IMPLANT),
        ("PartialView", "YES", Limitation.PARTIAL_VIEW),
        ("BurnedInAnnotation", "YES", Limitation.BURNED_IN),
        ("ImageType", ["DERIVED", "PRIMARY", "STEREO", "LEFT"], Limitation.STEREOTACTIC),
        (
            "ImageType",
            ["DERIVED", "PRIMARY", "TOMOSYNTHESIS", "GENERATED_2D"],
            Limitation.SYNTHETIC,
        ),
        ("ConversionType", "DF", Limitation.DIGITISED_FILM),
        ("DetectorType", "FILM", Limitation.DIGITISED_FILM),
        ("LossyImageCompression", "01", Limitation.LOSSY),
    ],
)
def test_what_the_header_warns_of(
    make: Make, keyword: str, value: object, limitation: Limitation
) -> None:
    def edit(dataset: Dataset) -> None:
        setattr(dataset, keyword, value)

    assert load_dicom(make(edit=edit), Stated()).limitations == (limitation,)


def test_stereotactic_and_displaced_implants(make: Make) -> None:
    def edit(dataset: Dataset) -> None:
        dataset.ImageType = ["ORIGINAL", "PRIMARY", "STEREO_SCOUT"]

    assert load_dicom(make(edit=edit), Stated()).modifiers == (ViewModifier.STEREOTACTIC,)
    displaced = load_dicom(make(modifiers=(ViewModifier.IMPLANT_DISPLACED,)), Stated())
    assert displaced.limitations == (Limitation.IMPLANT,)


def test_magnification_view_with_and_without_a_factor(make: Make) -> None:
    magnified = {"modifiers": (ViewModifier.MAGNIFICATION, ViewModifier.SPOT_COMPRESSION)}
    with_factor = load_dicom(make(magnification_factor=1.75, **magnified), Stated())
    assert with_factor.modifiers == magnified["modifiers"]
    assert with_factor.magnification_factor == 1.75
    assert with_factor.spacing is not None
    assert with_factor.spacing.column_mm == pytest.approx(0.04)
    without = load_dicom(make(magnification_factor=None, **magnified), Stated())
    assert without.spacing is None
    assert without.limitations == (Limitation.UNKNOWN_SPACING,)
    contact = load_dicom(make(magnification_factor=None), Stated())
    assert contact.limitations == (Limitation.FACTOR_ASSUMED,)


@pytest.mark.parametrize("intent", [Intent.FOR_PRESENTATION, Intent.FOR_PROCESSING])
def test_intent_by_class_when_the_attribute_is_missing(make: Make, intent: Intent) -> None:
    def edit(dataset: Dataset) -> None:
        del dataset.PresentationIntentType

    assert load_dicom(make(intent=intent, edit=edit), Stated()).intent is intent


def test_the_study_names_the_exam_and_what_is_no_uid_does_not(make: Make) -> None:
    def named(dataset: Dataset) -> None:
        del dataset.StudyInstanceUID
        dataset.add_new(0x0020000D, "LO", "DOE^JANE")

    def without(dataset: Dataset) -> None:
        del dataset.StudyInstanceUID

    study = load_dicom(make(), Stated()).exam_uid
    assert study == hashed_uid("study")
    assert load_dicom(make(edit=named), Stated()).exam_uid is None
    assert load_dicom(make(edit=without), Stated(exam_uid="e-1")).exam_uid == "e-1"
    with pytest.raises(ContradictionError):
        load_dicom(make(), Stated(exam_uid="e-1"))
