"""Readings and simulated truth meet in one frame."""

import numpy as np
import pytest

from calcsight.evaluation.hits import match_groups, match_particles
from calcsight.evaluation.simulated import scored_view
from calcsight.simulation.sets import tuning_set
from calcsight.simulation.views import SimulatedView, simulate_view
from calcsight.terms.calcification import Calcification
from calcsight.terms.group import Distribution, Group, Grouping
from calcsight.terms.judge import OperatingPoint
from calcsight.terms.mammogram import Laterality
from calcsight.terms.reading import Provenance, Reading
from calcsight.terms.settings import BI_RADS_RULE


def perfect_reading(view: SimulatedView) -> Reading:
    """A reading that found exactly what was planted."""
    pitch = view.spec.pitch_mm
    marks = tuple(
        Calcification(
            row=p.row,
            column=p.column,
            diameter_mm=p.diameter_mm,
            diameter_px=p.diameter_mm / pitch,
            area_mm2=p.area_mm2,
            area_px=p.area_mm2 / pitch**2,
            length_mm=p.diameter_mm,
            width_mm=p.diameter_mm,
            contrast=1.0,
            contrast_to_noise=p.contrast_sd,
            elongation=1.0,
            circularity=1.0,
            solidity=1.0,
            lucent_centre=False,
            outline=p.outline,
            score=0.9,
        )
        for p in view.truth.particles
    )
    groups = tuple(
        Group(
            number=g.number,
            members=g.members,
            row=g.row,
            column=g.column,
            extent_mm=5.0,
            hull=g.hull,
            density_per_cm2=1.0,
            mean_diameter_mm=0.3,
            sd_diameter_mm=0.1,
            mean_neighbour_mm=1.0,
            sd_neighbour_mm=0.1,
            distribution=Distribution.GROUPED,
            score=0.9,
        )
        for g in view.truth.groups
    )
    return Reading(
        mammogram=view.mammogram(),
        calcifications=marks,
        groupings=(Grouping(rule=BI_RADS_RULE, groups=groups),),
        breast_area_mm2=1000.0,
        limitations=(),
        provenance=Provenance(
            software="test",
            judge="test",
            judge_digest="",
            settings_digest="",
            input_uid=view.spec.name,
            pixel_digest="",
            operating_point=OperatingPoint.BALANCED,
            threshold=0.5,
        ),
    )


@pytest.mark.parametrize("laterality", [Laterality.LEFT, Laterality.RIGHT])
def test_a_perfect_reading_hits_everything(laterality: Laterality) -> None:
    spec = next(s for s in tuning_set(60) if s.groups and s.laterality is laterality)
    view = simulate_view(spec)
    scored = scored_view(view, perfect_reading(view))
    assert not scored.normal
    assert scored.woman == spec.woman
    found, true = scored.found, scored.true
    matched = match_particles(found.places_mm, found.scores, true.places_mm)
    assert matched.tolist() == list(range(len(true.diameters_mm)))
    assert np.allclose(found.diameters_mm, true.diameters_mm)
    hits = match_groups(found, true, matched)
    assert hits.tolist() == [g.number for g in view.truth.groups]


def test_a_view_without_particles_is_normal() -> None:
    view = simulate_view(tuning_set(1)[0])
    scored = scored_view(view, perfect_reading(view))
    assert scored.normal
    assert scored.true.places_mm.shape == (0, 2)
    assert scored.found.places_mm.shape == (0, 2)
