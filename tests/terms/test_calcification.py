"""Micro or macro, at the very limits of both conventions."""

import numpy as np
import pytest

from calcsight.terms.calcification import Calcification, Particle, SizeClass


def particle(diameter_mm: float | None) -> Particle:
    return Particle(
        row=1.0,
        column=2.0,
        diameter_mm=diameter_mm,
        diameter_px=5.0,
        area_mm2=None,
        area_px=20.0,
        length_mm=None,
        width_mm=None,
        contrast=50.0,
        contrast_to_noise=6.0,
        elongation=1.0,
        circularity=1.0,
        solidity=1.0,
        lucent_centre=False,
        outline=np.zeros((0, 2)),
    )


@pytest.mark.parametrize(
    ("diameter_mm", "at_half", "at_one"),
    [
        (0.49, SizeClass.MICRO, SizeClass.MICRO),
        (0.50, SizeClass.MACRO, SizeClass.MICRO),
        (0.99, SizeClass.MACRO, SizeClass.MICRO),
        (1.00, SizeClass.MACRO, SizeClass.MACRO),
    ],
)
def test_size_class_at_its_limits(
    diameter_mm: float, at_half: SizeClass, at_one: SizeClass
) -> None:
    assert particle(diameter_mm).size_class(0.5) is at_half
    assert particle(diameter_mm).size_class(1.0) is at_one


def test_a_size_without_millimetres_has_no_class() -> None:
    assert particle(None).size_class(0.5) is None


def test_a_calcification_is_a_particle_with_a_score_and_perhaps_a_shape() -> None:
    names = set(Calcification.__dataclass_fields__)
    assert names - set(Particle.__dataclass_fields__) == {"score", "morphology"}
    assert Calcification.size_class is Particle.size_class
