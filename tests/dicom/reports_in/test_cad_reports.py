"""Reports of other makers come in with every mark where it is, whatever codes and trees."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from pydicom import Dataset
from pydicom.data import get_testdata_file
from pydicom.sr.coding import Code
from tests.dicom.reports_in import reports
from tests.dicom.reports_in.reports import (
    CLUSTER,
    CORNERS,
    MAKERS,
    MASS,
    ONE,
    PARTICLE,
    PERCENT,
    RIGHT_CC,
    RIGHT_MLO,
    SENTINEL,
    SENTINEL_ID,
    TRACKED,
    algorithm,
    by_path,
    by_value,
    centre,
    closed,
    coded,
    dcm,
    finding,
    image,
    impression,
    library,
    number,
    outline,
    root,
    shown,
    spot,
    summary,
    task,
    written,
)

from calcsight.dicom.reports_in import cad_report_from, cad_report_of
from calcsight.dicom.results import content
from calcsight.dicom.results.content import Relation
from calcsight.reports.cad_report_wording import report_lines
from calcsight.terms.cad_report import CadReport, ReportDoubt, ReportKind, TaskStatus
from calcsight.terms.distribution import Distribution
from calcsight.terms.errors import NotAnImageError, NotAReportError, UnreadableFileError
from calcsight.terms.mammogram import Laterality, View
from calcsight.terms.morphology import Morphology
from calcsight.terms.report_mark import Algorithm, MarkKind, PlaceFrom, Rendering, ReportMark

EXACT_PX = 1e-3


def of_findings(*findings: Dataset) -> CadReport:
    """Read a report of one image with these findings in one impression."""
    return cad_report_of(
        root(library(image(RIGHT_CC)), summary("111242", impression(shown(), *findings)))
    )


def only(report: CadReport) -> ReportMark:
    [mark] = report.marks
    return mark


def test_old_codes_nested_particles_and_two_views(tmp_path: Path) -> None:
    report = cad_report_from(written(tmp_path, reports.with_old_codes()))
    group, density = report.marks
    assert report.kind is ReportKind.MAMMOGRAPHY_CAD
    assert (group.kind, group.number, group.image_uid) == (MarkKind.GROUP, 1, RIGHT_CC)
    assert (group.row, group.column, group.place_from) == (104.0, 66.0, PlaceFrom.CENTRE)
    assert (group.what.value, group.what.scheme) == ("129769006", "SCT")
    assert group.count == 3
    assert group.certainty_percent == 87.0
    assert group.morphology is Morphology.ROUND_PUNCTATE
    assert group.distribution is Distribution.GROUPED
    assert group.rendering is Rendering.REQUIRED
    assert group.outline is not None
    np.testing.assert_allclose(group.outline, CORNERS, atol=EXACT_PX)
    assert [(one.row, one.column) for one in group.particles] == [
        (101.25, 60.5),
        (108.0, 66.0),
        (104.5, 71.75),
    ]
    assert {one.kind for one in group.particles} == {MarkKind.PARTICLE}
    assert [one.number for one in group.particles] == [1, 2, 3]
    assert density.kind is MarkKind.OTHER
    assert density.what.words == "Mammography breast density"
    assert (density.image_uid, density.rendering) == (RIGHT_MLO, Rendering.OPTIONAL)
    [together] = report.composites
    assert together.marks == (1, 2)
    assert together.certainty_percent == 90.0
    assert [one.value.value for one in together.properties] == ["111154", "111158"]
    assert [(one.laterality, one.view) for one in report.images] == [
        (Laterality.RIGHT, View.CC),
        (Laterality.RIGHT, View.MLO),
    ]
    assert report.algorithms == (
        Algorithm(name="Micro", version="8.0"),
        Algorithm(name="Seeker", version="4.2"),
    )
    assert [(one.what.value, one.status) for one in report.tasks] == [
        ("129769006", TaskStatus.SUCCEEDED),
        ("129793001", TaskStatus.SUCCEEDED),
    ]
    assert report.detections is TaskStatus.SUCCEEDED
    assert report.doubts == ()


def test_a_centre_an_outline_and_no_count(tmp_path: Path) -> None:
    report = cad_report_from(written(tmp_path, reports.with_centres_alone()))
    cluster, mass, hidden = report.marks
    assert (cluster.row, cluster.column) == (50.5, 40.25)
    assert cluster.count is None
    assert cluster.particles == ()
    assert cluster.certainty_percent is None
    assert mass.what.words == "Mammographic breast mass"
    assert mass.probability_percent == 12.0
    assert [(one.name.words, one.value, one.unit) for one in mass.numbers] == [
        ("Length", 14.5, "mm")
    ]
    assert mass.properties[0].value.words.startswith("Spiculated")
    assert not hidden.is_to_be_shown
    assert report.detections is TaskStatus.PARTIALLY
    assert (report.manufacturer, report.model) == ("Other Maker", "Looker 3000")


def test_circles_ellipses_and_clouds_of_points() -> None:
    circle, ellipse, cloud = cad_report_of(reports.with_rings()).marks
    assert circle.outline is not None
    assert ellipse.outline is not None
    assert (circle.row, circle.column) == pytest.approx((100.0, 80.0), abs=EXACT_PX)
    reach = np.hypot(*(circle.outline - (100.0, 80.0)).T)
    np.testing.assert_allclose(reach, 15.0, atol=EXACT_PX)
    off = (ellipse.outline - (200.0, 80.0)) / (10.0, 20.0)
    np.testing.assert_allclose(np.hypot(*off.T), 1.0, atol=EXACT_PX)
    assert circle.place_from is ellipse.place_from is PlaceFrom.OUTLINE
    assert cloud.points.tolist() == [[10.0, 10.0], [14.0, 18.0]]
    assert (cloud.row, cloud.column, cloud.place_from) == (12.0, 14.0, PlaceFrom.POINTS)


def test_a_report_without_findings_says_what_was_looked_for() -> None:
    report = cad_report_of(reports.without_findings())
    assert report.marks == ()
    assert [one.what.words for one in report.tasks] == [
        "Calcification Cluster",
        "Individual Calcification",
    ]
    said = "\n".join(report_lines(report))
    assert "looked for: Calcification Cluster; Individual Calcification" in said
    assert "not said to have been looked for: masses and densities" in said
    assert "nothing is marked" in said


def test_a_one_pixel_mark_off_the_diagonal() -> None:
    mark = only(of_findings(finding(PARTICLE, centre(17.0, 301.0, by_value(RIGHT_CC)))))
    assert (mark.row, mark.column) == (17.0, 301.0)
    report = root(summary("111242", finding(PARTICLE, centre(0.0, 0.0, by_value(RIGHT_CC)))))
    [scoord] = report.ContentSequence[0].ContentSequence[0].ContentSequence
    assert list(scoord.GraphicData) == [0.5, 0.5]


def test_particles_referred_to_stand_in_their_group_alone() -> None:
    on = by_value(RIGHT_CC)
    single = finding(PARTICLE, centre(10.0, 20.0, on))
    alone = finding(PARTICLE, centre(90.0, 80.0, on))
    group = finding(
        CLUSTER,
        centre(10.0, 20.0, on),
        content.by_reference((1, 2, 1, 2), Relation.INFERRED_FROM),
        content.by_reference((1, 2, 1, 2), Relation.INFERRED_FROM),
    )
    report = of_findings(single, alone, group)
    assert [one.kind for one in report.marks] == [MarkKind.PARTICLE, MarkKind.GROUP]
    assert [(one.row, one.column) for one in report.marks[1].particles] == [(10.0, 20.0)]
    assert report.marks[0].row == 90.0


def test_tracking_uid_and_change() -> None:
    group = finding(
        CLUSTER,
        content.uid_reference(dcm("112040"), TRACKED, Relation.HAS_OBS_CONTEXT),
        coded("111015", CLUSTER),
        coded("112035", Code("129726003", "SCT", "more")),
        centre(1.0, 2.0, by_value(RIGHT_CC)),
    )
    mark = only(of_findings(group))
    assert mark.tracking_uid == TRACKED
    assert [one.words for one in mark.changes] == ["Increase in number of calcifications"]


def test_what_a_report_assesses_is_quoted_as_its_own() -> None:
    says = coded("111005", Code("II.AC.b.1", "BI", "1 - Whatever"), Relation.CONTAINS)
    report = cad_report_of(root(summary("111241", impression(says))))
    assert [one.words.words for one in report.statements if one.words] == ["1 - Whatever"]
    assert any(
        'the report itself says: Assessment Category "1 - Whatever"' in one
        for one in report_lines(report)
    )


def test_a_share_counts_as_percent_and_nonsense_is_left_out() -> None:
    on = by_value(RIGHT_CC)
    report = of_findings(
        finding(CLUSTER, number(dcm("111012"), 0.4, ONE), centre(1.0, 2.0, on)),
        finding(CLUSTER, number(dcm("111012"), 140.0, PERCENT), centre(1.0, 2.0, on)),
        finding(CLUSTER, number(dcm("111038"), -3.0, ONE), centre(1.0, 2.0, on)),
        finding(CLUSTER, number(dcm("111038"), 2.5, ONE), centre(1.0, 2.0, on)),
    )
    assert [one.certainty_percent for one in report.marks] == [40.0, None, None, None]
    assert [one.count for one in report.marks] == [None] * 4
    assert ReportDoubt.VALUES_LEFT_OUT in report.doubts


def test_a_mark_without_place_or_image_is_kept_and_noted() -> None:
    report = of_findings(finding(CLUSTER), finding(MASS, by_value(RIGHT_CC)))
    assert [(one.row, one.column, one.image_uid) for one in report.marks] == [
        (None, None, None),
        (None, None, RIGHT_CC),
    ]
    assert report.doubts == (ReportDoubt.MARK_WITHOUT_IMAGE, ReportDoubt.MARK_WITHOUT_PLACE)
    assert any("on no named image: group 1" in one for one in report_lines(report))


def test_places_on_two_images_are_not_mixed() -> None:
    report = of_findings(
        finding(
            CLUSTER,
            centre(1.0, 2.0, by_value(RIGHT_CC)),
            outline(closed((0.0, 0.0), (0.0, 9.0), (9.0, 9.0)), by_value(RIGHT_MLO)),
        )
    )
    mark = only(report)
    assert (mark.image_uid, mark.outline) == (RIGHT_CC, None)
    assert report.doubts == (ReportDoubt.MARK_ON_TWO_IMAGES,)


@pytest.mark.parametrize(
    ("path", "doubt"),
    [
        ((1, 99), ReportDoubt.LEADS_NOWHERE),
        ((1, 2, 1, 2, 1), ReportDoubt.LEADS_IN_A_CIRCLE),
        ((1,), ReportDoubt.LEADS_IN_A_CIRCLE),
        ((0,), ReportDoubt.LEADS_NOWHERE),
        ((1, 2, 1, 2, 1, 1), ReportDoubt.LEADS_IN_A_CIRCLE),
    ],
)
def test_references_that_lead_nowhere_or_round(path: tuple[int, ...], doubt: ReportDoubt) -> None:
    report = of_findings(finding(CLUSTER, centre(1.0, 2.0, by_path(*path))))
    assert only(report).image_uid is None
    assert doubt in report.doubts


def test_composites_that_contain_each_other_end() -> None:
    one, other = ((1, 1, 1), (1, 1, 2))
    first = content.with_items(
        coded("111015", CLUSTER), [content.by_reference(other, Relation.INFERRED_FROM)]
    )
    second = content.with_items(
        coded("111015", CLUSTER), [content.by_reference(one, Relation.INFERRED_FROM)]
    )
    report = cad_report_of(root(summary("111242", first, second)))
    assert [each.marks for each in report.composites] == [(), ()]
    assert report.doubts == (ReportDoubt.LEADS_IN_A_CIRCLE,)


def test_a_failed_detection_is_no_finding() -> None:
    report = cad_report_of(
        root(summary("111245"), reports.done("111224", task(CLUSTER), failed=True))
    )
    assert [one.status for one in report.tasks] == [TaskStatus.FAILED]
    assert report.detections is TaskStatus.FAILED
    assert any(
        "could not be looked for: Calcification Cluster" in one for one in report_lines(report)
    )


def test_measurements_of_images_are_read() -> None:
    group = content.with_items(
        content.container(dcm("125007"), Relation.CONTAINS),
        [
            content.uid_reference(dcm("112040"), TRACKED, Relation.HAS_OBS_CONTEXT),
            content.code(dcm("121071"), CLUSTER, Relation.CONTAINS),
            spot(
                "POLYLINE",
                closed((1.0, 1.0), (1.0, 5.0), (5.0, 5.0), (5.0, 1.0)),
                by_value(RIGHT_CC),
                dcm("111030"),
            ),
            number(Code("410668003", "SCT", "Length"), 4.0, reports.MILLIMETRE),
        ],
    )
    report = root(group, name=dcm("126000"), template="1500")
    report.SOPClassUID = "1.2.840.10008.5.1.4.1.1.88.34"
    read = cad_report_of(report)
    assert read.kind is ReportKind.MEASUREMENTS
    mark = only(read)
    assert (mark.kind, mark.row, mark.column) == (MarkKind.GROUP, 3.0, 3.0)
    assert (mark.tracking_uid, mark.numbers[0].value) == (TRACKED, 4.0)
    assert mark.properties == ()


@pytest.mark.parametrize(
    ("name", "words"),
    [("111400", "Breast Imaging Report"), ("112000", "Chest CAD"), ("121111", "another kind")],
)
def test_other_reports_are_refused_by_name(name: str, words: str) -> None:
    report = root(name=dcm(name))
    report.SOPClassUID = "1.2.840.10008.5.1.4.1.1.88.33"
    with pytest.raises(NotAReportError, match=words):
        cad_report_of(report)


def test_an_image_is_no_report(tmp_path: Path) -> None:
    report = reports.without_findings()
    report.SOPClassUID = reports.MG
    with pytest.raises(NotAReportError, match=reports.MG):
        cad_report_from(written(tmp_path, report))


def test_what_is_no_dicom_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "text.dcm"
    path.write_text("no report at all, and long enough to be mistaken for one" * 9)
    with pytest.raises((NotAReportError, NotAnImageError)):
        cad_report_from(path)
    with pytest.raises(UnreadableFileError):
        cad_report_from(tmp_path / "missing.dcm")
    (tmp_path / "empty.dcm").write_bytes(b"")
    with pytest.raises((NotAReportError, NotAnImageError)):
        cad_report_from(tmp_path / "empty.dcm")


def deep(levels: int) -> Dataset:
    inner = finding(CLUSTER)
    for _ in range(levels):
        inner = finding(CLUSTER, inner)
    return root(summary("111242", inner))


@pytest.mark.parametrize("levels", [40, 150])
def test_a_tree_without_end_is_refused(levels: int) -> None:
    with pytest.raises(NotAReportError, match="deep"):
        cad_report_of(deep(levels))


def test_more_items_than_any_report_has_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("calcsight.dicom.reports_in.content_tree.MOST_ITEMS", 20)
    with pytest.raises(NotAReportError, match="more than 20 items"):
        cad_report_of(reports.with_old_codes())


def test_no_name_or_number_of_the_patient_comes_in() -> None:
    last = SENTINEL.partition("^")[0]
    report = reports.with_old_codes()
    report.Manufacturer = f"Made for {last.upper()}"
    told = content.text(dcm("121106"), f"seen for {SENTINEL}", Relation.CONTAINS)
    on = by_value(RIGHT_CC)
    private = Code("X1", "99OTHER", f"lump of {last}")
    named = [
        finding(CLUSTER, *algorithm(f"Reads {SENTINEL_ID}", "1"), centre(1.0, 1.0, on)),
        finding(private, centre(2.0, 2.0, on)),
    ]
    content.with_items(report, [told, *named])
    read = cad_report_of(report)
    said = "\n".join(report_lines(read)) + repr(read)
    for part in (last, "Zarah", "7781234", "19501231", "55512"):
        assert part.casefold() not in said.casefold()
    assert {ReportDoubt.WORDS_WITHHELD, ReportDoubt.FREE_TEXT_NOT_READ} <= set(read.doubts)
    assert read.manufacturer == ""


@pytest.mark.parametrize("number", ["111059", "129769006", "12976", "DCM", "SCT"])
def test_a_patients_number_like_a_code_hides_no_finding(number: str) -> None:
    report = reports.with_old_codes()
    expected = [one.what for one in cad_report_of(report).marks]
    report.PatientID = number
    read = cad_report_of(report)
    assert [one.what for one in read.marks] == expected
    assert read.doubts == ()


def test_a_private_code_that_names_the_patient_is_withheld_and_its_mark_kept() -> None:
    private = Code(SENTINEL_ID, "99OTHER", "lump")
    report = of_findings(finding(private, centre(2.0, 2.0, by_value(RIGHT_CC))))
    assert (only(report).what.value, only(report).what.words) == ("", "lump")
    assert ReportDoubt.WORDS_WITHHELD in report.doubts


@pytest.mark.parametrize("characters", ["ISO_IR 192", "ISO_IR 100"])
def test_words_of_other_character_sets_are_read(characters: str, tmp_path: Path) -> None:
    report = root(
        summary(
            "111242",
            finding(Code("X1", "99OTHER", "L\u00e4sion"), centre(1.0, 1.0, by_value(RIGHT_CC))),
        )
    )
    report.SpecificCharacterSet = characters
    assert only(cad_report_from(written(tmp_path, report))).what.words == "L\u00e4sion"


def test_control_characters_are_taken_out() -> None:
    mark = only(
        of_findings(
            finding(
                Code("X1", "99OTHER", "lump\x1b[31m \u202edouble"),
                centre(2.0, 2.0, by_value(RIGHT_CC)),
            )
        )
    )
    assert mark.what.words == "lump [31m double"


@pytest.mark.parametrize("maker", MAKERS.values(), ids=MAKERS)
def test_the_same_file_reads_the_same(maker: Callable[[], Dataset], tmp_path: Path) -> None:
    path = written(tmp_path, maker())
    lines = [list(report_lines(cad_report_from(path))) for _ in range(2)]
    assert lines[0] == lines[1]


def on_images(what: Code, *paths: tuple[int, ...]) -> Dataset:
    """Return a detection with the images that it was performed on."""
    on = [content.by_reference(path, Relation.HAS_PROPERTIES) for path in paths]
    return content.with_items(task(what), on)


def test_an_image_that_failed_is_not_one_without_findings() -> None:
    good = reports.done("111223", on_images(CLUSTER, (1, 1, 1)))
    bad = reports.done("111223", on_images(CLUSTER, (1, 1, 2)), failed=True)
    pictures = library(image(RIGHT_CC), image(RIGHT_MLO), image("1.2.3"))
    report = cad_report_of(root(pictures, summary("111243"), good, bad))
    assert [report.looked_at(one.uid) for one in report.images] == [
        TaskStatus.SUCCEEDED,
        TaskStatus.FAILED,
        TaskStatus.NOT_ATTEMPTED,
    ]
    said = list(report_lines(report))
    at = [n for n, one in enumerate(said) if ", image " in one]
    assert [said[n + 1].strip() for n in at] == [
        "nothing is marked",
        "detection failed on this image",
        "not said to have been looked at",
    ]


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ("111241", TaskStatus.SUCCEEDED),
        ("111243", TaskStatus.NOT_STATED),
        ("111245", TaskStatus.FAILED),
    ],
)
def test_where_no_task_names_an_image_the_summary_counts(said: str, status: TaskStatus) -> None:
    report = cad_report_of(root(library(image(RIGHT_CC)), summary(said)))
    assert report.looked_at(RIGHT_CC) is status


def test_a_statement_names_the_marks_of_its_impression() -> None:
    on = by_value(RIGHT_CC)
    due = content.item("DATE", dcm("111054"), Relation.CONTAINS)
    due.Date = "20240901"
    report = cad_report_of(
        root(
            summary(
                "111242",
                coded("111053", dcm("111140"), Relation.CONTAINS),
                impression(finding(MASS, centre(1.0, 1.0, on))),
                impression(due, finding(CLUSTER, centre(5.0, 5.0, on))),
            )
        )
    )
    overall, about = report.statements
    assert (overall.marks, about.marks) == ((), (2,))
    assert about.on is not None
    assert any(
        "the report itself says of marks 2: Recommended Follow-up Date 2024-09-01" in one
        for one in report_lines(report)
    )


@pytest.mark.parametrize("name", ["test-SR.dcm", "reportsi.dcm"])
def test_reports_of_other_kinds_from_other_makers_are_refused(name: str) -> None:
    path = get_testdata_file(name)
    assert isinstance(path, str)
    with pytest.raises(NotAReportError, match="structured report"):
        cad_report_from(Path(path))
