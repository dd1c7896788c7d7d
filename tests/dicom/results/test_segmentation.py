"""Segmentations: the pixels whose centres the outlines hold, in the file's own frame."""

from collections.abc import Sequence
from copy import deepcopy
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from pydicom import config
from pydicom.dataelem import RawDataElement
from pydicom.tag import Tag
from skimage.measure import label, points_in_poly
from tests.conftest import calcification, square
from tests.dicom.results.exams import exam_results
from tests.dicom.results.marked_places import HUNG, Hung, bytes_of, hung_exam, read_back

from calcsight.dicom.results.exam_result import ExamResult
from calcsight.dicom.results.rasterised import pixels_of
from calcsight.dicom.results.tracking import group_tracking_uids
from calcsight.dicom.results.view_wording import counted, outside_groups
from calcsight.terms.calcification import Calcification

pytest.importorskip("highdicom")

from highdicom.seg import segread

from calcsight.dicom.results.segmentation import segmentations

LABEL_MAP, BINARY = "1.2.840.10008.5.1.4.1.1.66.7", "1.2.840.10008.5.1.4.1.1.66.4"


def mask(particle: Calcification, shape: tuple[int, int]) -> NDArray[np.bool_]:
    made = np.zeros(shape, np.bool_)
    made[pixels_of(particle, shape)] = True
    return made


def with_particles(exam: ExamResult, particles: Sequence[Calcification]) -> ExamResult:
    """Return the exam with these particles alone, in no group."""
    view = exam.views[0]
    assert view.reading is not None
    reading = replace(view.reading, groups=(), calcifications=tuple(particles))
    return replace(exam, views=(replace(view, reading=reading),))


def test_a_pixel_belongs_when_its_centre_lies_inside() -> None:
    rng = np.random.default_rng(3)
    for _ in range(40):
        angles = np.sort(rng.uniform(0, 2 * np.pi, rng.integers(3, 14)))
        radii = rng.uniform(1.0, 9.0, len(angles))
        centre = rng.uniform(10, 20, 2)
        outline = centre + radii[:, None] * np.stack([np.cos(angles), np.sin(angles)], axis=1)
        drawn = replace(calcification(centre[0], centre[1], 0.9), outline=outline)
        grid = np.argwhere(np.ones((30, 30)))
        expected = points_in_poly(grid, outline).reshape(30, 30)  # type: ignore[no-untyped-call]
        if expected.any():
            assert (mask(drawn, (30, 30)) == expected).all()


def test_particles_that_touch_share_no_pixel() -> None:
    left, right = calcification(10.0, 10.0, 0.9), calcification(10.0, 14.0, 0.9)
    masks = [mask(one, (30, 30)) for one in (left, right)]
    assert [one.sum() for one in masks] == [16, 16]
    assert not (masks[0] & masks[1]).any()


@pytest.mark.parametrize("place", [(7.2, 3.4), (7.0, 3.0), (6.6, 3.49)])
def test_a_particle_smaller_than_a_pixel_keeps_its_own(place: tuple[float, float]) -> None:
    tiny = replace(calcification(*place, 0.9), outline=square(*place, 0.05))
    assert np.argwhere(mask(tiny, (20, 20))).tolist() == [[7, 3]]


def test_what_lies_outside_the_image_is_left_out() -> None:
    at_corner = calcification(0.0, 0.0, 0.9)
    assert np.argwhere(mask(at_corner, (20, 20))).max() < 2
    beyond = replace(calcification(-3.0, 25.0, 0.9), outline=square(-3.0, 25.0, 0.5))
    assert np.argwhere(mask(beyond, (20, 20))).tolist() == [[0, 19]]


def test_an_outline_without_area_keeps_its_centre() -> None:
    flat = replace(calcification(5.0, 6.0, 0.9), outline=np.array([(5.0, 4.0), (5.0, 8.0)]))
    assert np.argwhere(mask(flat, (20, 20))).tolist() == [[5, 6]]


@pytest.mark.parametrize("hung", HUNG, ids=lambda one: one.name)
def test_pixels_are_those_of_the_particle(hung: Hung, tmp_path: Path) -> None:
    exam, place = hung_exam(hung, tmp_path)
    labels, binary = (read_back(one).pixel_array for one in segmentations(exam))
    row, column = place.astype(int)
    assert labels[row, column] == 2  # outside the one group
    parts = label(labels == 2, connectivity=2)  # type: ignore[no-untyped-call]
    assert parts.max() == 1
    centre = np.argwhere(parts == 1).mean(axis=0)
    assert float(np.hypot(*(centre - place))) < 0.1
    assert ((labels > 0) == (binary > 0)).all()
    assert labels.shape == exam.views[0].source.shape


def test_one_pixel_off_the_diagonal_stays_one_pixel() -> None:
    exam = exam_results()["turned_monochrome_1"]
    one = replace(calcification(31.0, 207.0, 0.9), outline=square(31.0, 207.0, 0.4))
    both = segmentations(with_particles(exam, [one]))
    marked = [np.argwhere(read_back(made).pixel_array).tolist() for made in both]
    assert marked == [[[31, 207]]] * 2


def test_segments_are_groups_by_their_number_and_the_rest() -> None:
    exam = exam_results()["many"]
    view = exam.views[0]
    assert view.reading is not None
    made = segmentations(exam)[0]
    back = read_back(made)
    assert back.SOPClassUID == LABEL_MAP
    assert back.file_meta.TransferSyntaxUID.name == "RLE Lossless"
    labels, shape = back.pixel_array, view.source.shape
    for group in view.reading.groups:
        members = np.zeros(shape, np.bool_)
        for place in group.members:
            members |= mask(view.reading.calcifications[place], shape)
        assert ((labels == group.number) == members).all()
    alone = np.zeros(shape, np.bool_)
    for _, one in outside_groups(view):
        alone |= mask(one, shape)
    assert ((labels == len(view.reading.groups) + 1) == alone).all()
    named = {int(one.SegmentNumber): one for one in back.SegmentSequence}
    assert named[0].SegmentLabel == "Background"
    assert named[2].SegmentLabel == "Group 2"
    assert named[2].TrackingUID == group_tracking_uids(exam)[view.source.sop_uid, 2]
    assert "TrackingUID" not in named[10]
    assert named[10].SegmentLabel == "Calcifications outside groups"


def test_the_binary_one_holds_all_that_counts() -> None:
    exam = exam_results()["many"]
    view = exam.views[0]
    back = read_back(segmentations(exam)[1])
    expected = np.zeros(view.source.shape, np.bool_)
    for _, one in counted(view):
        expected |= mask(one, view.source.shape)
    assert back.SOPClassUID == BINARY
    assert (back.pixel_array == expected).all()
    assert back.BitsAllocated == 1
    assert len(back.SegmentSequence) == 1


def test_a_pixel_of_two_segments_goes_to_the_first() -> None:
    exam = exam_results()["group"]
    view = exam.views[0]
    assert view.reading is not None
    member = view.reading.calcifications[view.reading.groups[0].members[0]]
    double = replace(view.reading, calcifications=(*view.reading.calcifications, member))
    made = segmentations(replace(exam, views=(replace(view, reading=double),)))
    labels = read_back(made[0]).pixel_array
    assert set(labels[pixels_of(member, view.source.shape)]) == {1}


def test_without_spacing_there_are_no_groups_and_still_a_segmentation() -> None:
    back = read_back(segmentations(exam_results()["film"])[0])
    assert [one.SegmentLabel for one in back.SegmentSequence] == [
        "Background",
        "Calcifications outside groups",
    ]
    assert back.PatientOrientation == exam_results()["film"].first.header.PatientOrientation


def test_more_groups_than_a_byte_can_number_take_two() -> None:
    exam = exam_results()["group"]
    view = exam.views[0]
    assert view.reading is not None
    (group,) = view.reading.groups
    particles = tuple(
        calcification(10.0 + 12 * (n // 30), 10.0 + 12 * (n % 30), 0.9) for n in range(300)
    )
    groups = tuple(replace(group, number=n + 1, members=(n,)) for n in range(300))
    reading = replace(view.reading, calcifications=particles, groups=groups)
    made = segmentations(replace(exam, views=(replace(view, reading=reading),)))[0]
    labels = read_back(made).pixel_array
    assert labels.max() == 300
    assert labels[pixels_of(particles[299], view.source.shape)].min() == 300


@pytest.mark.parametrize("name", ["plain", "all_refused"])
def test_a_view_without_a_calcification_has_none(name: str) -> None:
    assert segmentations(exam_results()[name]) == ()


def test_what_does_not_count_has_no_pixel() -> None:
    exam = exam_results()["group"]
    faint = [calcification(50.0, 60.0, 0.1)]
    assert segmentations(with_particles(exam, faint)) == ()
    seen = calcification(80.0, 90.0, 0.9)
    made = segmentations(with_particles(exam, [*faint, seen]))
    expected = mask(seen, exam.first.shape)
    assert all((read_back(one).pixel_array == expected).all() for one in made)


def test_the_same_input_gives_the_same_bytes() -> None:
    exam = exam_results()["group"]
    first, second = ([bytes_of(one) for one in segmentations(exam)] for _ in range(2))
    assert first == second


def test_views_are_numbered_within_their_series() -> None:
    made = segmentations(exam_results()["four_views_with_prior"])
    for sop_class in (LABEL_MAP, BINARY):
        of_class = [one for one in made if sop_class == one.SOPClassUID]
        assert [one.InstanceNumber for one in of_class] == [1, 2, 3]
        assert len({one.SeriesInstanceUID for one in of_class}) == 1
        assert len({one.SOPInstanceUID for one in of_class}) == 3
    assert len({one.SeriesInstanceUID for one in made}) == 2


def test_a_lossy_source_is_named_as_lossy() -> None:
    exam = exam_results()["group"]
    header = deepcopy(exam.first.header)  # exams are shared by all tests
    header.LossyImageCompression = "01"
    header.LossyImageCompressionRatio = "12"
    header.LossyImageCompressionMethod = "ISO_15444_1"
    source = replace(exam.first, header=header)
    lossy = replace(exam, views=(replace(exam.views[0], source=source),))
    said = [
        (made.LossyImageCompression, made.LossyImageCompressionRatio)
        for made in segmentations(lossy)
    ]
    assert said == [("01", 12)] * 2


def test_a_ratio_that_is_no_number_is_left_out() -> None:
    exam = exam_results()["group"]
    header = deepcopy(exam.first.header)
    header.LossyImageCompression = "01"
    tag = Tag("LossyImageCompressionRatio")
    header[tag] = RawDataElement(tag, "DS", 4, b"much", 0, False, True)
    source = replace(exam.first, header=header)
    with config.disable_value_validation():
        made = segmentations(replace(exam, views=(replace(exam.views[0], source=source),)))
    assert all(one.LossyImageCompression == "01" for one in made)
    assert all("LossyImageCompressionRatio" not in one for one in made)


def test_highdicom_reads_back_the_same_segments() -> None:
    exam = exam_results()["many"]
    view = exam.views[0]
    assert view.reading is not None
    labels, binary = (segread(BytesIO(bytes_of(one))) for one in segmentations(exam))
    assert labels.segment_numbers == list(range(1, len(view.reading.groups) + 2))
    assert binary.segment_numbers == [1]
    first = labels.get_segment_description(1)
    assert first.tracking_uid == group_tracking_uids(exam)[view.source.sop_uid, 1]
