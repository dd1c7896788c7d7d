"""The view that is timed: a large simulated breast, as a JPEG Lossless DICOM file."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np

from calcsight.analysis.breast import find_breast
from calcsight.dicom.directions import usual_orientation
from calcsight.dicom.mg_writing import MgHeader, hashed_uid, write_mg
from calcsight.simulation.sets import tuning_set
from calcsight.simulation.views import simulate_view
from calcsight.terms.mammogram import Laterality, View
from calcsight.terms.settings import BreastSettings

ROWS, COLUMNS, PITCH_MM = 3328, 2560, 0.07
LOOK = "contrasty"
_AIR_COLUMNS = 64  # of the view's right edge


def write_view(path: Path) -> float:
    """Simulate one view, put air beside it up to 2560 columns, write it; return the breast's share.

    Raises
    ------
    ValueError
        When the simulator no longer gives a view that is narrower than that.
    """
    spec = next(
        one
        for one in tuning_set(200)
        if one.groups and one.view is View.CC and one.laterality is Laterality.LEFT
    )
    view = simulate_view(replace(spec, name="speed", rows=ROWS, pitch_mm=PITCH_MM, look=LOOK))
    missing = COLUMNS - view.stored.shape[1]
    if missing < 0:
        raise ValueError(f"a simulated view {view.stored.shape[1]} wide, needed: at most {COLUMNS}")
    air = view.stored[:, -_AIR_COLUMNS:]
    beside = np.tile(np.hstack([air[:, ::-1], air]), (1, missing // (2 * _AIR_COLUMNS) + 1))
    pixels = np.hstack([view.stored, beside[:, :missing]])
    header = MgHeader(
        study_uid=hashed_uid("speed", "study"),
        series_uid=hashed_uid("speed", "series"),
        sop_uid=hashed_uid("speed", "view"),
        laterality=spec.laterality,
        view=spec.view,
        patient_orientation=usual_orientation(spec.laterality, spec.view),
        imager_spacing_mm=(PITCH_MM, PITCH_MM),
        acquired_on=date(2020, 1, 1),
        intent=view.look.intent,
        bits_stored=view.look.bits_stored,
    )
    write_mg(path, pixels, header)
    return find_breast(view.mammogram(), PITCH_MM, BreastSettings()).area_px / pixels.size
