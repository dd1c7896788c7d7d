"""Groups of simulated pairs as their true particles make them, with nothing drawn or read."""

import numpy as np

from calcsight.analysis.breast import tip_of
from calcsight.analysis.frames import calcification_in_file, grouping_in_file
from calcsight.analysis.grouping import group
from calcsight.analysis.shape import Shape, describe_outlines
from calcsight.simulation.pairs import PairSpec, PlannedView, plan_pair
from calcsight.simulation.planting import PlannedParticle
from calcsight.terms.calcification import Calcification
from calcsight.terms.group import Group
from calcsight.terms.mammogram import Laterality, Mammogram, View
from calcsight.terms.orientation import Orientation
from calcsight.terms.settings import Settings
from calcsight.terms.spacing import Spacing, SpacingSource
from calcsight.terms.stages import Box, Breast
from training.pair_samples import LabelledGroup, LabelledView, shown_group


def true_pair(spec: PairSpec) -> tuple[LabelledView, ...]:
    """Group the true particles of both views; a lesion is the group with most of its particles."""
    return tuple(_view(spec, plan) for plan in plan_pair(spec))


def _view(spec: PairSpec, plan: PlannedView) -> LabelledView:
    """Group the true particles of one view, on the grid of its canvas."""
    settings, pitch_mm = Settings(), plan.canvas.pitch_mm
    breast = _breast(plan)
    mammogram = _mammogram(spec, plan)
    ones = [_measured(particle, pitch_mm) for particle in plan.planned.particles]
    spacing = Spacing(row_mm=pitch_mm, column_mm=pitch_mm, source=SpacingSource.SIMULATED)
    grouping = group(ones, spacing, breast, settings.grouping)[0]
    in_file = [calcification_in_file(one, mammogram) for one in ones]
    lesions = [plan.planned.particles[i].group for i in range(len(ones))]
    best: dict[int, int] = {}
    owners: list[int | None] = []
    for at, one in enumerate(grouping.groups):
        numbers = [n for n in (lesions[i] for i in one.members) if n is not None]
        owner = max(set(numbers), key=numbers.count) if numbers else None
        owners.append(owner)
        if owner is not None and _larger(one, grouping.groups, best.get(owner)):
            best[owner] = at
    groups = []
    for at, one in enumerate(grouping_in_file(grouping, mammogram).groups):
        owner = owners[at]
        lesion = None if owner is None else plan.lesions[owner - 1]
        members = tuple(in_file[i] for i in one.members)
        groups.append(
            LabelledGroup(
                shown=shown_group(one, members, mammogram, breast),
                lesion=lesion if owner is not None and best[owner] == at else None,
                kind=None if lesion is None else spec.lesions[lesion].plan.kind,
            )
        )
    return LabelledView(
        mammogram=mammogram,
        groups=tuple(groups),
        nipple_error_mm=(
            breast.tip_row * pitch_mm - plan.canvas.nipple_mm[0],
            breast.tip_column * pitch_mm - plan.canvas.nipple_mm[1],
        ),
    )


def _larger(one: Group, groups: tuple[Group, ...], than: int | None) -> bool:
    return than is None or one.count > groups[than].count


def _breast(plan: PlannedView) -> Breast:
    """Return the true outline of the breast."""
    mask = plan.canvas.mask
    lean_deg = Settings().breast.oblique_lean_deg if plan.projection.view is View.MLO else 0.0
    row, column = tip_of(mask, lean_deg)
    return Breast(
        box=Box(top=0, left=0, bottom=mask.shape[0], right=mask.shape[1]),
        mask=mask,
        area_px=int(mask.sum()),
        tip_row=row,
        tip_column=column,
    )


def _mammogram(spec: PairSpec, plan: PlannedView) -> Mammogram:
    """Return the view without tissue."""
    pitch_mm = plan.canvas.pitch_mm
    return Mammogram(
        uid=plan.breast.name,
        pixels=np.asarray(plan.canvas.mask, np.float32),
        spacing=Spacing(row_mm=pitch_mm, column_mm=pitch_mm, source=SpacingSource.SIMULATED),
        laterality=spec.laterality,
        view=plan.projection.view,
        orientation=Orientation(columns_reversed=spec.laterality is Laterality.RIGHT),
    )


def _measured(particle: PlannedParticle, pitch_mm: float) -> Calcification:
    """Measure the true outline of one particle."""
    outline_mm = particle.unit * particle.diameter_mm
    shape: Shape = describe_outlines([np.ascontiguousarray(outline_mm[:, ::-1], np.float32)])[0]
    row, column = particle.place_mm / pitch_mm
    return Calcification(
        row=float(row),
        column=float(column),
        diameter_mm=shape.diameter,
        diameter_px=shape.diameter / pitch_mm,
        area_mm2=shape.area,
        area_px=shape.area / pitch_mm**2,
        length_mm=shape.length,
        width_mm=shape.width,
        contrast=particle.contrast_sd,
        contrast_to_noise=particle.contrast_sd,
        elongation=shape.elongation,
        circularity=shape.circularity,
        solidity=shape.solidity,
        lucent_centre=False,
        outline=(outline_mm + particle.place_mm) / pitch_mm,
        score=1.0,
    )
