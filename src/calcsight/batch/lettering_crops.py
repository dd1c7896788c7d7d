"""Crops of what looks like lettering, for a person to look at before a file is handed on."""

import re
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from calcsight.analysis.breast import find_breast
from calcsight.analysis.lettering import Lettering, find_lettering
from calcsight.pictures.writing import write_png16
from calcsight.terms.errors import NoBreastError, OutputError
from calcsight.terms.mammogram import Mammogram
from calcsight.terms.settings import Settings
from calcsight.terms.stages import Box

# Of a film with many scratches the clearest are shown.
MOST_CROPS = 20
_LEAST_MARGIN_PX = 16
_WHITE = 65535.0
_CROP = re.compile(r"[0-9.]+\.text\d+\.png")


def crops_folder(output: Path) -> Path:
    """Return the folder beside the results: crops may name patients, and are not handed on."""
    return output.parent / f"{output.name}.text"


def lettering_on(mammogram: Mammogram) -> tuple[Lettering, ...]:
    """Find lettering on a mammogram, in its file's own frame."""
    settings = Settings()
    spacing = mammogram.spacing
    pitch_mm = spacing.mean_mm if spacing else settings.detection.assumed_pitch_mm
    turn = mammogram.orientation
    pixels = np.ascontiguousarray(turn.to_file(mammogram.pixels))
    try:
        breast = find_breast(mammogram, pitch_mm, settings.breast)
    except NoBreastError:
        return find_lettering(pixels)
    mask = np.zeros(mammogram.shape, np.uint8)
    mask[breast.box.slices] = breast.mask
    return find_lettering(pixels, np.ascontiguousarray(turn.to_file(mask)))


def write_crops(
    folder: Path, name: str, mammogram: Mammogram, found: Sequence[Lettering]
) -> tuple[str, ...]:
    """Write a crop of each find, the clearest first, as `NAME.textN.png`; return the names.

    Raises
    ------
    OutputError
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as problem:
        raise OutputError(
            f"{folder} cannot hold crops ({problem.strerror})",
            "a place beside the results that may be written",
            "choose another folder with --out",
        ) from None
    pixels = mammogram.orientation.to_file(mammogram.pixels)
    clearest = sorted(found, key=lambda one: -one.marks)[:MOST_CROPS]
    names = [f"{name}.text{number}.png" for number in range(1, len(clearest) + 1)]
    for file, one in zip(names, clearest, strict=True):
        write_png16(folder / file, _crop(pixels, one.box))
    return tuple(names)


def remove_crops(folder: Path) -> None:
    """Remove the crops of an earlier run, nothing else."""
    with suppress(OSError):
        for path in folder.iterdir():
            if _CROP.fullmatch(path.name):
                path.unlink()
        folder.rmdir()


def _crop(pixels: NDArray[np.float32], box: Box) -> NDArray[np.uint16]:
    """Cut out a box with what is around it, from its darkest to its brightest."""
    margin = max(_LEAST_MARGIN_PX, (box.bottom - box.top) // 2)
    part = pixels[
        max(0, box.top - margin) : box.bottom + margin,
        max(0, box.left - margin) : box.right + margin,
    ]
    low, high = float(part.min()), float(part.max())
    return np.asarray((part - low) * (_WHITE / max(high - low, 1e-6)), dtype=np.uint16)
