"""Views read alone and with their prior: from a data set's files to what the prior gains."""

import csv
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from tests.evaluation.data_set_files import write_dicom

from calcsight.cli import main
from calcsight.evaluation.cases import DataSet
from calcsight.evaluation.data_sets.bmcd import open_bmcd
from calcsight.evaluation.data_sets.images import opener, stated_of
from calcsight.evaluation.prior_pairs import (
    FoundPair,
    currents_of,
    find_in_pair,
    pairs_of,
    predictions_of,
)
from calcsight.evaluation.reading_views import listing
from calcsight.evaluation.simulated_series import new_particles, pair_of_visits
from calcsight.models import load_judge
from calcsight.simulation.families import Families
from calcsight.simulation.series import SimulatedSeries, Visit, simulate_series
from calcsight.simulation.series_sets import series_set
from calcsight.terms.errors import UsageError
from calcsight.terms.mammogram import Laterality
from calcsight.terms.settings import Settings

SETTINGS = listing(Settings())
# The patient whose files state a side.
STATED = "bmcd-suspicious-2"


def write_visit(folder: Path, visit: Visit, time: str, side: str) -> None:
    """Write a visit as BMCD publishes a mammogram: DICOM, and a JPEG with every mark in red."""
    mammogram = visit.mammogram
    assert mammogram.spacing is not None
    stored = mammogram.orientation.to_file(mammogram.pixels)
    grey = np.clip(stored - stored.min(), 0, 65535).astype(np.uint16)
    name = f"{visit.view.spec.view.value}_{time}"
    more: dict[str, Any] = {"ImageLaterality": side} if side else {}
    write_dicom(
        folder / f"{name}.dcm",
        grey,
        SOPInstanceUID=f"1.2.3.{visit.acquired_on:%Y%m%d}",
        AcquisitionDate=f"{visit.acquired_on:%Y%m%d}",
        ImagerPixelSpacing=[mammogram.spacing.row_mm] * 2,
        EstimatedRadiographicMagnificationFactor=1.0,
        ViewPosition=visit.view.spec.view.value,
        **more,
    )
    shown = cv2.cvtColor((255.0 * grey / grey.max()).astype(np.uint8), cv2.COLOR_GRAY2BGR)
    for one in visit.truth.particles:
        cv2.circle(shown, (round(one.column), round(one.row)), 2, (0, 0, 255), cv2.FILLED)
    cv2.imwrite(str(folder / f"{name}_GT.jpg"), shown, [cv2.IMWRITE_JPEG_QUALITY, 95])


@lru_cache
def small_series(number: int) -> SimulatedSeries:
    [spec] = series_set(Families.TUNING, 1, start=number)
    reference = replace(spec.reference, rows=700, pitch_mm=0.12)
    visits = tuple(replace(one, pitch_mm=0.12) for one in spec.visits)
    return simulate_series(replace(spec, reference=reference, visits=visits))


def write_case(folder: Path, series: SimulatedSeries, side: str = "") -> None:
    for visit, time in zip(series.visits, ("prior", "recent"), strict=True):
        write_visit(folder, visit, time, side)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A suspicious case, whose files state a side, and a normal one, whose files state none."""
    at = tmp_path_factory.mktemp("bmcd")
    for name, number, side in (
        ("Suspicious_cases/2", 2, "L"),
        ("Normal_cases/1", 11, ""),
    ):
        write_case(at / name, small_series(number), side)
    return at


@pytest.fixture(scope="module")
def truth(folder: Path) -> DataSet:
    return open_bmcd(folder)


@pytest.fixture(scope="module")
def found(truth: DataSet) -> list[FoundPair]:
    judge = load_judge()
    return [find_in_pair(pair, judge, SETTINGS) for pair in pairs_of(truth)]


def test_each_recent_view_is_paired_with_the_prior_of_its_case_and_projection(
    truth: DataSet,
) -> None:
    pairs = pairs_of(truth)
    assert len(pairs) == 2
    for current, prior in pairs:
        assert current.name.endswith("-recent")
        assert prior.name == current.name.replace("-recent", "-prior")
        assert current.patient == prior.patient
    names = [view.name for view in currents_of(truth, pairs).views]
    assert names == [current.name for current, _ in pairs]


def test_a_recent_view_without_a_prior_is_left_out(truth: DataSet) -> None:
    first, *others = truth.views
    assert first.strata["time"] == "prior"
    assert len(pairs_of(replace(truth, views=tuple(others)))) == 1
    with pytest.raises(UsageError, match="no view of bmcd has a prior"):
        pairs_of(replace(truth, views=(first,)))


def test_the_prior_moves_scores_up_and_nothing_else(found: list[FoundPair]) -> None:
    assert [one.not_compared for one in found] == ["", ""]
    raised = 0
    for one in found:
        assert np.array_equal(one.alone.places_px, one.with_prior.places_px)
        assert np.all(one.with_prior.scores >= one.alone.scores)
        raised += int((one.with_prior.scores > one.alone.scores).sum())
        assert len(one.alone_features) == len(one.prior_features) == len(one.alone.scores)
    assert raised > 0


def test_two_visits_of_a_series_are_a_pair_whose_new_particles_are_known() -> None:
    series = small_series(2)
    current, prior = pair_of_visits(series)
    assert current.prior == prior.name
    assert current.patient == prior.patient == series.spec.woman
    assert current.particles is not None
    new = new_particles(series)
    first, second = (set(visit.identity) for visit in series.visits)
    assert len(new) == len(current.particles.places_px)
    # Woman 2 of every ten: a group of five is added, and nothing else changes.
    assert int(new.sum()) == len(second - first) == 5
    assert current.mammogram is not None
    assert current.mammogram() is series.visits[1].mammogram


def test_a_prior_that_is_refused_changes_nothing(truth: DataSet, folder: Path) -> None:
    current, prior = pairs_of(truth)[0]
    blank = folder / "blank.dcm"
    write_dicom(blank, np.zeros((64, 64), np.uint16), ViewPosition="CC")
    empty = replace(prior, mammogram=opener(blank, stated_of("", "CC")))
    one = find_in_pair((current, empty), load_judge(), SETTINGS)
    assert one.not_compared == "blank_image"
    assert np.array_equal(one.alone.scores, one.with_prior.scores)
    assert len(one.alone.scores) > 0
    assert np.isnan(one.prior_features).all()
    refused = find_in_pair((empty, current), load_judge(), SETTINGS)
    assert refused.alone.refused == refused.with_prior.refused == "blank_image"


def test_another_breast_is_no_prior(truth: DataSet) -> None:
    current, prior = next(pair for pair in pairs_of(truth) if pair[0].patient == STATED)
    assert prior.mammogram is not None
    opened = prior.mammogram()
    assert opened.laterality is Laterality.LEFT
    other = replace(opened, laterality=Laterality.RIGHT)
    one = find_in_pair((current, replace(prior, mammogram=lambda: other)), load_judge(), SETTINGS)
    assert one.not_compared == "another_breast"
    assert np.array_equal(one.alone.scores, one.with_prior.scores)


def test_who_found_what_says_how_many_were_compared(truth: DataSet, found: list[FoundPair]) -> None:
    currents = currents_of(truth, pairs_of(truth))
    alone, both = predictions_of(currents, found, load_judge(), SETTINGS)
    assert "prior" not in alone.detector
    assert both.detector.endswith("scores with the prior, 0 of 2 not compared")


def test_the_command_writes_what_the_prior_gains(
    folder: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    common = ["evaluate", "bmcd", str(folder), "--replicates", "100", "--jobs", "1"]
    status = main([*common, "--with-prior", "--out", str(out)])
    said = capfd.readouterr()
    assert status == 0, said.err
    assert "prior-gain.csv" in said.out
    rows = list(csv.DictReader((out / "prior-gain.csv").open(encoding="utf-8")))
    at = {(row["rule"], row["per"], float(row["at"])): row for row in rows}
    one = at["within_0.35_mm", "per_view", 5.0]
    difference = float(one["with_prior"]) - float(one["alone"])
    assert float(one["difference"]) == pytest.approx(difference, abs=1e-8)
    assert (one["views"], one["patients"]) == ("2", "2")
    pairs = list(csv.DictReader((out / "prior-pairs.csv").open(encoding="utf-8")))
    assert [row["compared"] for row in pairs] == ["yes"] * 2
    # Without either case the other is alone: nobody can judge its calcifications.
    assert not (out / "benign-or-suspicious.csv").exists()
    # The tables are among the files that a later run would clear.
    assert main([*common, "--with-prior", "--out", str(out), "--overwrite"]) == 0
    beside = tmp_path / "beside"
    given = ["--predictions", str(out / "predictions.json")]
    assert main([*common[:-2], "--with-prior", "--out", str(beside), *given]) == 2
    assert "--with-prior beside --predictions" in capfd.readouterr().err
