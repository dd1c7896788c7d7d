"""Two images of one exposure are one view, and two exposures never are."""

from datetime import UTC, datetime
from itertools import permutations
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydicom import Dataset
from pydicom import Sequence as DicomSequence
from tests.node.headers import CAPTURE, RAW, SHOWN, TOMO, image

from calcsight.dicom.results.source import source_from
from calcsight.node.exposures import StudyImages, sorted_out
from calcsight.node.stored_images import StoredImage, described
from calcsight.terms.errors import NotAMammogramError, NotAnImageError
from calcsight.terms.mammogram import Intent, ViewModifier


def names(study: StudyImages) -> list[tuple[str, ...]]:
    """Name the images of each exposure, the one that is read first."""
    return [(one.image.path.stem, *(o.path.stem for o in one.others)) for one in study.exposures]


def views(*images: StoredImage, intent: Intent = Intent.FOR_PRESENTATION) -> list[tuple[str, ...]]:
    return names(sorted_out(images, intent))


def test_an_image_and_the_one_it_was_made_from_are_one_view() -> None:
    raw = image("raw", RAW, AcquisitionTime="101112")
    # Another second, as where the second image is stamped when it was computed.
    shown = image("shown", sources=["raw"], AcquisitionTime="101119")
    assert views(raw, shown) == [("shown", "raw")]
    assert views(raw, shown, intent=Intent.FOR_PROCESSING) == [("raw", "shown")]


def test_the_other_image_is_read_where_only_it_is_there() -> None:
    assert views(image("raw", RAW)) == [("raw",)]
    assert views(image("shown"), intent=Intent.FOR_PROCESSING) == [("shown",)]


def test_second_side_and_view_make_a_pair_without_a_reference() -> None:
    raw, shown = image("raw", RAW), image("shown", AcquisitionTime="101112.350")
    assert views(raw, shown) == [("shown", "raw")]


@pytest.mark.parametrize(
    "other",
    [
        {"AcquisitionTime": "101113"},
        {"AcquisitionDate": "20240301"},
        {"ImageLaterality": "R"},
        {"ViewPosition": "MLO"},
        {"modifiers": [ViewModifier.MAGNIFICATION]},
        {"sources": ["a raw image that is not here"]},
    ],
)
def test_what_differs_in_one_of_them_is_another_exposure(other: dict[str, Any]) -> None:
    raw, shown = image("raw", RAW), image("shown", **other)
    assert sorted(views(raw, shown)) == [("raw",), ("shown",)]


@pytest.mark.parametrize(
    "unstated",
    [
        {"AcquisitionTime": None},
        {"AcquisitionTime": ""},
        {"AcquisitionTime": "1011"},
        {"AcquisitionTime": "10xx12"},
        {"AcquisitionTime": "256199"},
        {"AcquisitionDate": None},
        {"ImageLaterality": None},
        {"ViewPosition": None},
    ],
)
def test_what_neither_image_states_pairs_nothing(unstated: dict[str, Any]) -> None:
    raw, shown = image("raw", RAW, **unstated), image("shown", **unstated)
    assert sorted(views(raw, shown)) == [("raw",), ("shown",)]


def test_the_time_may_be_stated_together_with_the_date() -> None:
    apart = {"AcquisitionDate": None, "AcquisitionTime": None}
    raw = image("raw", RAW, **apart, AcquisitionDateTime="20240229101112.5+0100")
    assert raw.exposed_at == datetime(2024, 2, 29, 10, 11, 12, tzinfo=UTC)
    assert views(raw, image("shown")) == [("shown", "raw")]


def test_a_repeated_view_is_kept_beside_the_first() -> None:
    images = [
        image("raw 1", RAW),
        image("shown 1", sources=["raw 1"]),
        image("raw 2", RAW, AcquisitionTime="101250"),
        image("shown 2", AcquisitionTime="101250"),
    ]
    assert views(*images) == [("shown 1", "raw 1"), ("shown 2", "raw 2")]


def test_two_exposures_of_one_stated_second_are_never_paired_across() -> None:
    # A clock that was set to nothing: which belongs to which cannot be known.
    images = [
        image(f"{kind} {n}", cls) for kind, cls in (("raw", RAW), ("shown", SHOWN)) for n in (1, 2)
    ]
    assert len(views(*images)) == 4
    assert len(views(*images[:3])) == 3
    # A reference says it of one pair; the other two are then the only ones left over.
    known = image("shown 1", sources=["raw 1"])
    assert sorted(views(images[0], images[1], known, images[3])) == [
        ("raw 2",),
        ("shown 1", "raw 1"),
        ("shown 2",),
    ]


def test_a_third_image_of_that_second_leaves_all_in_doubt() -> None:
    of_another = image("of another", sources=["a raw image that is not here"])
    assert len(views(image("raw", RAW), image("shown"), of_another)) == 3


def test_two_images_for_presentation_of_one_exposure_are_one_view() -> None:
    images = [
        image("raw", RAW),
        image("first", sources=["raw"], ContentDate="20240229", ContentTime="101120"),
        image("second", sources=["raw"], ContentDate="20240229", ContentTime="101140"),
        image("cut", sources=["first"], Rows=300, ContentTime="101100"),
    ]
    assert views(*images) == [("first", "second", "cut", "raw")]


def test_an_image_made_from_several_is_paired_with_none() -> None:
    images = [image("raw 1", RAW), image("raw 2", RAW), image("shown", sources=["raw 1", "raw 2"])]
    assert len(views(*images)) == 3


def test_a_reference_to_another_side_is_not_believed() -> None:
    raw, shown = image("raw", RAW, ImageLaterality="R"), image("shown", sources=["raw"])
    assert sorted(views(raw, shown)) == [("raw",), ("shown",)]
    # Nor over an image that states no side.
    between = image("between", sources=["raw"], ImageLaterality=None)
    assert len(views(raw, between, image("last", sources=["between"]))) == 3


def test_references_in_a_circle_join_nothing_and_end() -> None:
    images = [image("a", RAW, sources=["b"]), image("b", sources=["a"]), image("c", sources=["c"])]
    assert len(views(*images)) == 3


def test_a_view_computed_from_tomosynthesis_is_no_partner_of_a_mammogram() -> None:
    raw = image("raw", RAW)
    computed = image("computed", ImageType=["DERIVED", "PRIMARY", "TOMO", "GENERATED_2D"])
    tomo = image("tomo", TOMO, NumberOfFrames=40)
    assert tomo.kind is None
    from_tomo = image(
        "from tomo", sources=["tomo"], ImageType=["DERIVED", "PRIMARY", "TOMO", "GENERATED_2D"]
    )
    assert len(views(raw, computed, tomo, from_tomo)) == 4


def test_the_order_of_arrival_changes_nothing() -> None:
    images = [
        image("R MLO", ImageLaterality="R", ViewPosition="MLO"),
        image("L CC", AcquisitionTime="101300"),
        image("L CC raw", RAW, AcquisitionTime="101300"),
        image("R CC", ImageLaterality="R"),
        image("unknown", ImageLaterality=None, ViewPosition=None),
    ]
    found = {tuple(views(*order)) for order in permutations(images)}
    assert found == {(("R CC",), ("L CC", "L CC raw"), ("R MLO",), ("unknown",))}


def test_one_image_that_comes_twice_counts_once() -> None:
    assert views(image("a"), image("a")) == [("a",)]


def test_a_capture_is_a_view_only_where_there_is_no_mammogram() -> None:
    capture = image("capture", CAPTURE, Modality="OT", ImageLaterality=None)
    alone = sorted_out([capture], Intent.FOR_PRESENTATION)
    assert names(alone) == [("capture",)]
    assert alone.left_out == ()
    beside = sorted_out([capture, image("a")], Intent.FOR_PRESENTATION)
    assert names(beside) == [("a",)]
    assert beside.left_out == (capture,)


def test_what_is_no_mammogram_is_no_stored_image() -> None:
    with pytest.raises(NotAMammogramError):
        image("ultrasound", "1.2.840.10008.5.1.4.1.1.6.1", Modality="US")
    with pytest.raises(NotAnImageError):
        image("report", "1.2.840.10008.5.1.4.1.1.88.50", Modality="SR", Rows=None)


def test_a_damaged_reference_is_no_reference() -> None:
    header = Dataset()
    header.update(image("a").source.header)
    header.SourceImageSequence = DicomSequence([Dataset()])
    assert described(Path("a"), source_from(header)).made_from == frozenset()


@st.composite
def studies(draw: st.DrawFn) -> list[StoredImage]:
    """Draw images that agree in much and name each other as sources at random."""
    known = [f"{number}" for number in range(draw(st.integers(1, 6)))]
    return [
        image(
            name,
            draw(st.sampled_from([RAW, SHOWN, SHOWN, CAPTURE, TOMO])),
            AcquisitionTime=draw(st.sampled_from(["101112", "101113", None])),
            ImageLaterality=draw(st.sampled_from(["L", "R", None])),
            sources=draw(st.lists(st.sampled_from([*known, "elsewhere"]), max_size=2)),
        )
        for name in known
    ]


@settings(max_examples=150, deadline=None)
@given(studies(), st.sampled_from([Intent.FOR_PRESENTATION, Intent.FOR_PROCESSING]), st.randoms())
def test_every_image_has_its_place_once_and_order_changes_nothing(
    images: list[StoredImage], intent: Intent, chance: Random
) -> None:
    study = sorted_out(images, intent)
    placed = [one for of in study.exposures for one in (of.image, *of.others)]
    assert sorted([*placed, *study.left_out], key=id) == sorted(images, key=id)
    for exposure in study.exposures:
        whole = (exposure.image, *exposure.others)
        # What no header joins is joined by its time alone: one of each kind, of one side.
        if not any(one.made_from for one in whole) and exposure.others:
            assert [one.intent for one in whole] == [
                intent,
                *({Intent.FOR_PRESENTATION, Intent.FOR_PROCESSING} - {intent}),
            ]
            assert len({(one.exposed_at, one.laterality) for one in whole}) == 1
        assert len({one.laterality for one in whole} - {None}) <= 1
    mixed = list(images)
    chance.shuffle(mixed)
    assert names(sorted_out(mixed, intent)) == names(study)
