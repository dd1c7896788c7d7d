"""Calcifications and groups as a reading holds them, made by hand."""

import numpy as np

from calcsight.pathway.facts import stated_shape
from calcsight.terms.calcification import Calcification
from calcsight.terms.description import Description
from calcsight.terms.distribution import Distribution
from calcsight.terms.group import Group
from calcsight.terms.location import Location
from calcsight.terms.morphology import Morphology, Named


def calcification(shape: Named[Morphology] | None) -> Calcification:
    return Calcification(
        row=0.0,
        column=0.0,
        diameter_mm=0.3,
        diameter_px=4.0,
        area_mm2=0.05,
        area_px=10.0,
        length_mm=0.3,
        width_mm=0.3,
        contrast=1.0,
        contrast_to_noise=5.0,
        elongation=1.0,
        circularity=1.0,
        solidity=1.0,
        lucent_centre=False,
        outline=np.zeros((3, 2)),
        score=0.9,
        morphology=shape,
    )


def described_group(
    number: int, description: Description | None, members: tuple[int, ...] = ()
) -> Group:
    return Group(
        number=number,
        members=members,
        row=0.0,
        column=0.0,
        extent_mm=5.0,
        hull=np.zeros((3, 2)),
        density_per_cm2=1.0,
        mean_diameter_mm=0.3,
        sd_diameter_mm=0.0,
        mean_neighbour_mm=1.0,
        sd_neighbour_mm=0.0,
        distribution=Distribution.GROUPED,
        score=0.9,
        description=description,
    )


def description(
    shape: Morphology | None,
    worst: Morphology | None = None,
    lies: Distribution = Distribution.GROUPED,
) -> Description:
    return Description(
        morphology=stated_shape(*([shape] if shape else [])),
        predominant=shape,
        worst=worst or shape,
        distribution=Named(label=lies, probabilities={lies: 1.0}),
        size_variability=0.1,
        shape_variability=0.1,
        linearity=0.0,
        branching=0.0,
        nipple_angle_deg=None,
        duct_alignment=None,
        location=Location(
            region=None,
            clock_hours=None,
            depth=None,
            nipple_distance_mm=40.0,
            skin_distance_mm=20.0,
        ),
    )
