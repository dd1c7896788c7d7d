"""Micro and macro by both conventions, and settings that say what the register says."""

import math

import numpy as np
import pytest

from calcsight.terms.calcification import Particle, SizeClass
from calcsight.terms.guidance import Guidance
from calcsight.terms.settings import BI_RADS_RULE, LITERATURE_RULE, Settings

MICRO, MACRO = SizeClass.MICRO, SizeClass.MACRO


def particle(diameter_mm: float | None, pitch_mm: float = 0.07) -> Particle:
    """Return a particle of a diameter, whatever its pixels measure."""
    return Particle(
        row=0.0,
        column=0.0,
        diameter_mm=diameter_mm,
        diameter_px=(diameter_mm or 0.5) / pitch_mm,
        area_mm2=None,
        area_px=1.0,
        length_mm=diameter_mm,
        width_mm=diameter_mm,
        contrast=1.0,
        contrast_to_noise=5.0,
        elongation=1.0,
        circularity=1.0,
        solidity=1.0,
        lucent_centre=False,
        outline=np.zeros((3, 2)),
    )


@pytest.mark.parametrize("pitch_mm", [0.05, 0.07, 0.1])
@pytest.mark.parametrize(
    ("diameter_mm", "by_the_common", "by_the_wider"),
    [(0.49, MICRO, MICRO), (0.50, MACRO, MICRO), (0.99, MACRO, MICRO), (1.00, MACRO, MACRO)],
)
def test_micro_and_macro_under_both_conventions(
    diameter_mm: float,
    by_the_common: SizeClass,
    by_the_wider: SizeClass,
    pitch_mm: float,
    guidance: Guidance,
) -> None:
    common = guidance.claims["lexicon.micro-below"].value
    wider = guidance.claims["lexicon.micro-below-wider"].value
    assert common is not None
    assert wider is not None
    one = particle(diameter_mm, pitch_mm)
    assert one.size_class(common) is by_the_common
    assert one.size_class(wider) is by_the_wider
    assert particle(None, pitch_mm).size_class(common) is None


def test_settings_hold_the_registered_thresholds(guidance: Guidance) -> None:
    registered = {name: claim.value for name, claim in guidance.claims.items()}
    measurement, grouping = Settings().measurement, Settings().grouping
    assert measurement.micro_threshold_mm == registered["lexicon.micro-below"]
    assert measurement.macro_threshold_mm == registered["lexicon.micro-below-wider"]
    assert BI_RADS_RULE.minimum_count == registered["lexicon.group-least-count"]
    assert BI_RADS_RULE.circle_diameter_mm == registered["lexicon.group-span"]
    assert LITERATURE_RULE.minimum_count == registered["lexicon.cluster-least-count"]
    area_cm2 = math.pi * (LITERATURE_RULE.circle_diameter_mm / 20.0) ** 2
    assert area_cm2 == pytest.approx(registered["lexicon.cluster-area"])
    assert grouping.regional_extent_mm == registered["lexicon.regional-over"]
