"""Computed views are read and limited, in every form makers write them; slices are refused."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from pydicom import Dataset, Sequence
from pydicom.uid import UID

from calcsight.dicom.loading import load_dicom
from calcsight.terms.errors import UnsupportedPixelsError
from calcsight.terms.limitation import Limitation
from calcsight.terms.mammogram import Laterality, View
from calcsight.terms.spacing import SpacingSource
from calcsight.terms.stated import Stated

Words = NDArray[np.uint16]
Make = Callable[..., Path]
ROOT = "1.2.840.10008.5.1.4.1.1.13.1"
SENTINEL = "ZZSENTINEL"

# Seen in files of several makers (values 5 to 9 as they stand there).
COMPUTED = [
    ["DERIVED", "PRIMARY", "TOMO", "GENERATED_2D", "", "", "", "", "150000"],
    ["DERIVED", "PRIMARY", "TOMOSYNTHESIS", "GENERATED_2D", "", "", "", "", "150000"],
    ["DERIVED", "PRIMARY", "TOMOSYNTHESIS", "GENERATED_2D"],
    ["DERIVED", "PRIMARY", "", "GENERATED_2D"],
    ["DERIVED", "PRIMARY", "TOMO_2D", "LEFT", "", "", "", "", "150000"],
    ["DERIVED", "PRIMARY", "TOMOSYNTHESIS"],
    ["DERIVED", "PRIMARY", "TOMO"],
    ["DERIVED", "PRIMARY", "SYNTHETIC_2D"],
    ["DERIVED", "PRIMARY", "", "SYNTHESIZED"],
    ["DERIVED", "PRIMARY", "", "C-VIEW"],
    ["DERIVED", "PRIMARY", "", "INSIGHT_2D"],
]
PLAIN = [
    ["ORIGINAL", "PRIMARY"],
    ["DERIVED", "PRIMARY", ""],
    ["DERIVED", "PRIMARY", "", "", "", "", "", "", "150000"],
    ["ORIGINAL", "PRIMARY", "POST_PROCESSED", "", "", "", "", "", "50000"],
    ["DERIVED", "PRIMARY", "POST_CONTRAST", "SUBTRACTION", "", "", "", "", "50000"],
]


@pytest.mark.parametrize("image_type", COMPUTED, ids="-".join)
def test_computed_views_are_limited(make: Make, image_type: list[str]) -> None:
    path = make(edit=lambda dataset: setattr(dataset, "ImageType", image_type))
    assert load_dicom(path, Stated()).limitations == (Limitation.SYNTHETIC,)


@pytest.mark.parametrize("image_type", PLAIN, ids="-".join)
def test_plain_views_are_not(make: Make, image_type: list[str]) -> None:
    path = make(edit=lambda dataset: setattr(dataset, "ImageType", image_type))
    assert load_dicom(path, Stated()).limitations == ()


@pytest.mark.parametrize(
    ("keyword", "value", "computed"),
    [
        ("SeriesDescription", "L CC C-View", True),
        ("SeriesDescription", "R MLO S-View", True),
        ("SeriesDescription", "RCC Insight 2D", True),
        ("SeriesDescription", "L MLO Intelligent 2D", True),
        ("SeriesDescription", "V-Preview R CC", True),
        ("SeriesDescription", "R CC Synthesized2D", True),
        ("SeriesDescription", "Synthetic Right MLO", True),
        ("ProtocolName", "LCC s2D", True),
        ("DerivationDescription", "synthesised 2D", True),
        ("NumberOfTomosynthesisSourceImages", 15, True),
        ("SeriesDescription", "R CC Tomosynthesis combo", False),
        ("SeriesDescription", "Overview R", False),
        ("SeriesDescription", "LCC Breast Tomosynthesis 2D view", False),
    ],
)
def test_descriptions_are_asked_one_question_and_forgotten(
    make: Make, keyword: str, value: str | int, computed: bool
) -> None:
    def edit(dataset: Dataset) -> None:
        named = f"{value} {SENTINEL}" if isinstance(value, str) else value
        setattr(dataset, keyword, named)

    mammogram = load_dicom(make(edit=edit), Stated())
    assert mammogram.limitations == ((Limitation.SYNTHETIC,) if computed else ())
    assert SENTINEL not in repr(mammogram)


def one_frame(dataset: Dataset) -> None:
    """Make it the one-frame object of slices that one maker stores computed views in."""
    dataset.SOPClassUID = dataset.file_meta.MediaStorageSOPClassUID = UID(f"{ROOT}.3")
    dataset.NumberOfFrames = 1
    dataset.ImageType = ["DERIVED", "PRIMARY", "TOMOSYNTHESIS", "GENERATED_2D"]
    del dataset.ImagerPixelSpacing, dataset.EstimatedRadiographicMagnificationFactor
    del dataset.ImageLaterality
    shared, measures, anatomy, kind = Dataset(), Dataset(), Dataset(), Dataset()
    measures.PixelSpacing = ["0.09", "0.1"]
    measures.SliceThickness = "50"
    anatomy.FrameLaterality = "L"
    kind.FrameType = ["DERIVED", "PRIMARY", "TOMOSYNTHESIS", "GENERATED_2D"]
    shared.PixelMeasuresSequence = Sequence([measures])
    shared.FrameAnatomySequence = Sequence([anatomy])
    shared.XRay3DFrameTypeSequence = Sequence([kind])
    dataset.SharedFunctionalGroupsSequence = Sequence([shared])
    dataset.PerFrameFunctionalGroupsSequence = Sequence([Dataset()])


def test_a_computed_view_in_the_class_of_slices_is_read(make: Make, words: Words) -> None:
    mammogram = load_dicom(make(edit=one_frame), Stated())
    np.testing.assert_array_equal(mammogram.pixels, words)
    assert mammogram.limitations == (Limitation.SYNTHETIC,)
    assert (mammogram.laterality, mammogram.view) == (Laterality.LEFT, View.CC)
    assert mammogram.spacing is not None
    assert (mammogram.spacing.row_mm, mammogram.spacing.column_mm) == (0.09, 0.1)
    assert mammogram.spacing.source is SpacingSource.CALIBRATED


def test_its_groups_may_stand_with_the_frame_and_say_what_it_is(make: Make) -> None:
    def edit(dataset: Dataset) -> None:
        one_frame(dataset)
        dataset.ImageType = ["DERIVED", "PRIMARY"]
        groups = dataset.SharedFunctionalGroupsSequence
        dataset.PerFrameFunctionalGroupsSequence = groups
        dataset.SharedFunctionalGroupsSequence = Sequence([])

    mammogram = load_dicom(make(edit=edit), Stated())
    assert mammogram.limitations == (Limitation.SYNTHETIC,)
    assert mammogram.spacing is not None


def test_without_a_spacing_it_is_read_in_pixels(make: Make) -> None:
    def edit(dataset: Dataset) -> None:
        one_frame(dataset)
        del dataset.SharedFunctionalGroupsSequence

    mammogram = load_dicom(make(edit=edit), Stated(laterality=Laterality.LEFT))
    assert mammogram.spacing is None
    assert Limitation.SYNTHETIC in mammogram.limitations


@pytest.mark.parametrize(
    ("sop_class", "frames", "image_type", "named"),
    [
        (f"{ROOT}.3", 60, ["DERIVED", "PRIMARY", "TOMOSYNTHESIS", "NONE"], "60 slices"),
        (f"{ROOT}.3", 60, ["DERIVED", "PRIMARY", "TOMOSYNTHESIS", "GENERATED_2D"], "60 slices"),
        (f"{ROOT}.3", 1, ["DERIVED", "PRIMARY", "TOMOSYNTHESIS", "NONE"], "1 slice"),
        (f"{ROOT}.4", 15, ["ORIGINAL", "PRIMARY", "TOMO_PROJ"], "15 projections"),
        (f"{ROOT}.5", 1, ["ORIGINAL", "PRIMARY", "TOMO_PROJ"], "1 projection"),
        (
            "1.2.840.10008.5.1.4.1.1.1.2",
            1,
            ["DERIVED", "PRIMARY", "TOMO_PROJ", "RIGHT"],
            "one projection of a tomosynthesis",
        ),
    ],
)
def test_slices_and_projections_are_refused_by_name_with_what_to_give_instead(
    make: Make, sop_class: str, frames: int, image_type: list[str], named: str
) -> None:
    def edit(dataset: Dataset) -> None:
        dataset.SOPClassUID, dataset.NumberOfFrames = sop_class, frames
        dataset.ImageType = image_type

    with pytest.raises(UnsupportedPixelsError) as refusal:
        load_dicom(make(edit=edit), Stated())
    assert named in refusal.value.found
    assert "never saw" in refusal.value.found
    assert "GENERATED_2D" in refusal.value.needed
    assert "two-dimensional views" in refusal.value.advice
