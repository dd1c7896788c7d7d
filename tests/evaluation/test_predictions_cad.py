"""Marks of any maker's CAD become predictions: one scale, no prior, no refusal as empty."""

from pathlib import Path

import numpy as np
import pytest
from pydicom import Dataset
from pydicom.sr.coding import Code
from tests.dicom.reports_in import reports
from tests.dicom.reports_in.reports import (
    CLUSTER,
    MASS,
    PARTICLE,
    PERCENT,
    RIGHT_CC,
    RIGHT_MLO,
    by_path,
    by_value,
    centre,
    dcm,
    done,
    finding,
    image,
    impression,
    library,
    number,
    root,
    shown,
    summary,
)

from calcsight.dicom.reports_in import cad_report_of
from calcsight.dicom.results import content
from calcsight.dicom.results.content import Relation
from calcsight.evaluation.predictions_cad import CadPredictions, cad_predictions
from calcsight.evaluation.predictions_json import of_document, predictions_document
from calcsight.evaluation.view_names import NamedAs
from calcsight.terms.errors import PredictionsError

ON = by_value(RIGHT_CC)


def made_of(*marks: Dataset, tasks: Dataset | None = None) -> CadPredictions:
    report = root(
        library(image(RIGHT_CC)),
        summary("111242", impression(shown(), *marks)),
        *([tasks] if tasks is not None else []),
    )
    return cad_predictions([cad_report_of(report)], {})


def sure(percent: float, name: str = "111012") -> Dataset:
    return number(dcm(name), percent, PERCENT)


def performed(what: Code, *paths: tuple[int, ...]) -> Dataset:
    """Return a detection with the images that it was performed on."""
    item = reports.task(what)
    on = [content.by_reference(path, Relation.HAS_PROPERTIES) for path in paths]
    return content.with_items(item, on)


def test_groups_members_and_single_particles() -> None:
    nested = finding(PARTICLE, centre(4.0, 5.0, ON), sure(70.0), relation=Relation.INFERRED_FROM)
    made = made_of(
        finding(PARTICLE, centre(90.0, 80.0, ON), sure(60.0)),
        finding(CLUSTER, centre(4.0, 5.0, ON), sure(90.0), nested),
    ).predictions
    [view] = made.views
    assert view.name == RIGHT_CC
    assert view.places_px.tolist() == [[4.0, 5.0], [90.0, 80.0]]
    np.testing.assert_allclose(view.scores, [0.7, 0.6])
    [group] = view.groups
    assert (group.score, group.members) == (0.9, (0,))
    assert (made.particles, made.groups) == (True, True)
    assert "scores of groups: certainty" in made.detector


def test_scales_are_never_mixed() -> None:
    made = made_of(
        finding(CLUSTER, centre(1.0, 2.0, ON), sure(90.0), sure(5.0, "111047")),
        finding(CLUSTER, centre(9.0, 2.0, ON), sure(7.0, "111047")),
    ).predictions
    assert [one.score for one in made.views[0].groups] == pytest.approx([0.05, 0.07])
    assert "scores of groups: probability of cancer" in made.detector
    made = made_of(
        finding(CLUSTER, centre(1.0, 2.0, ON), sure(90.0)),
        finding(CLUSTER, centre(9.0, 2.0, ON)),
    ).predictions
    assert [one.score for one in made.views[0].groups] == [1.0, 1.0]
    assert "not stated, 1 for all" in made.detector


def test_groups_alone_are_not_no_particles_found() -> None:
    made = cad_predictions([cad_report_of(reports.with_centres_alone())], {}).predictions
    assert (made.particles, made.groups) == (False, True)
    assert len(made.views[0].groups) == 1


def test_what_is_left_out_is_said() -> None:
    made = cad_predictions([cad_report_of(reports.with_centres_alone())], {})
    assert made.left_out == ("findings of other kinds: 1", "marks not for presentation: 1")


def test_an_empty_view_is_one_in_which_nothing_was_found() -> None:
    made = cad_predictions([cad_report_of(reports.without_findings())], {RIGHT_MLO: "b.dcm"})
    assert [(one.name, len(one.groups), one.refused) for one in made.predictions.views] == [
        (RIGHT_CC, 0, ""),
        ("b.dcm", 0, ""),
    ]
    assert (made.predictions.particles, made.predictions.groups) == (True, True)


def test_a_failed_view_is_refused_and_the_other_is_not() -> None:
    good, bad = performed(CLUSTER, (1, 1, 1)), performed(CLUSTER, (1, 1, 2))
    tasks = done("111223", good)
    content.with_items(tasks, [reports.done("111223", bad, failed=True).ContentSequence[0]])
    tasks.ContentSequence[1].RelationshipType = "INFERRED FROM"
    report = root(library(image(RIGHT_CC), image(RIGHT_MLO)), summary("111243"), tasks)
    made = cad_predictions([cad_report_of(report)], {}).predictions
    assert [(one.name, bool(one.refused)) for one in made.views] == [
        (RIGHT_CC, False),
        (RIGHT_MLO, True),
    ]


def dated(uid: str, day: str) -> Dataset:
    made = image(uid)
    item = content.item("DATE", dcm("111060"), Relation.HAS_ACQ_CONTEXT)
    item.Date = day
    return content.with_items(made, [item])


def test_marks_on_a_prior_are_no_predictions() -> None:
    report = root(
        library(dated(RIGHT_CC, "20240102"), dated(RIGHT_MLO, "20220102")),
        summary(
            "111242",
            finding(CLUSTER, centre(1.0, 2.0, by_path(1, 1, 1))),
            finding(CLUSTER, centre(3.0, 4.0, by_path(1, 1, 2))),
        ),
    )
    made = cad_predictions([cad_report_of(report)], {})
    assert [one.name for one in made.predictions.views] == [RIGHT_CC]
    assert made.left_out == ("marks on other images, such as priors: 1",)


def test_two_reports_of_one_image_are_refused() -> None:
    report = cad_report_of(reports.without_findings())
    with pytest.raises(PredictionsError, match="two reports of the image"):
        cad_predictions([report, report], {})


def test_a_report_of_masses_alone_is_refused() -> None:
    with pytest.raises(PredictionsError, match="do not say that calcifications"):
        made_of(finding(MASS, centre(1.0, 2.0, ON)))


def test_a_mark_on_a_later_frame_is_refused() -> None:
    slice_ = by_value(RIGHT_CC)
    slice_.ReferencedSOPSequence[0].ReferencedFrameNumber = 12
    with pytest.raises(PredictionsError, match="frame of several"):
        made_of(finding(CLUSTER, centre(1.0, 2.0, slice_)))


def test_a_diameter_is_taken_in_millimetres() -> None:
    micrometre = Code("um", "UCUM", "um")
    size = number(Code("81827009", "SCT", "Diameter"), 310.0, micrometre)
    made = made_of(finding(PARTICLE, centre(1.0, 2.0, ON), size)).predictions
    np.testing.assert_allclose(made.views[0].diameters_mm, [0.31])


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    made = cad_predictions([cad_report_of(reports.with_old_codes())], {}).predictions
    again = of_document(predictions_document(made), NamedAs([RIGHT_CC, RIGHT_MLO]))
    assert again.detector == made.detector
    assert again.views[0].places_px.tolist() == made.views[0].places_px.tolist()
    assert again.views[0].groups[0].members == (0, 1, 2)


def test_what_may_not_have_been_read_is_no_empty_view() -> None:
    report = root(
        library(image(RIGHT_CC), image(RIGHT_MLO)),
        summary("111244", finding(CLUSTER, centre(1.0, 2.0, ON))),
    )
    made = cad_predictions([cad_report_of(report)], {}).predictions
    assert [(one.name, one.refused) for one in made.views] == [
        (RIGHT_CC, ""),
        (RIGHT_MLO, "not_said_to_be_read"),
    ]
