"""Which file of CBIS-DDSM is a film, a mask or a crop, in any of the layouts that circulate."""

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import numpy as np

from calcsight.evaluation.data_sets.images import image_facts
from calcsight.evaluation.data_sets.pixels import READ_SUFFIXES, grey_pixels
from calcsight.terms.errors import InputRefused

_CASE = re.compile(
    r"(?:Calc|Mass)-(?:Training|Test)_P_\d+_(?:LEFT|RIGHT)_(?:CC|MLO)(?:_\d+(?![\d-]))?"
)
_UID = re.compile(r"[0-9]+(?:\.[0-9]+){4,}")
_MASK_SUFFIXES = READ_SUFFIXES | {".jpg", ".jpeg"}
_MOST_FILES = 200_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Mask:
    """The mask of a lesion.

    Parameters
    ----------
    path : Path or None
        None = not found.
    swapped : bool
        The table names the other file.
    """

    path: Path | None
    swapped: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CbisFiles:
    """Every picture below a folder, by the case or series that its path names."""

    by_name: Mapping[str, tuple[Path, ...]]

    @classmethod
    def under(cls, folder: Path) -> "CbisFiles":
        """Walk a folder once; links to other folders are not followed."""
        found: dict[str, list[Path]] = {}
        count = 0
        for place, _, names in os.walk(folder):
            for name in sorted(names):
                path = Path(place) / name
                if path.suffix.lower() not in _MASK_SUFFIXES or count >= _MOST_FILES:
                    continue
                count += 1
                for key in _keys(path.relative_to(folder)):
                    found.setdefault(key, []).append(path)
        return cls(by_name={key: tuple(sorted(paths)) for key, paths in found.items()})

    def film(self, case: str, said: str) -> Path | None:
        """Return the film of a case: what calcsight reads, DICOM before pictures."""
        paths = [p for p in self._named(case, said) if p.suffix.lower() in READ_SUFFIXES]
        return min(paths, key=lambda p: (p.suffix.lower() != ".dcm", p), default=None)

    def masks(self, lesion: str, said: str) -> Sequence[Path]:
        """Return the files of a lesion: its mask and, mostly, its crop."""
        return self._named(lesion, said)

    def _named(self, name: str, said: str) -> Sequence[Path]:
        """Look up by case, else by the series that the table names."""
        if name in self.by_name:
            return self.by_name[name]
        series = PurePosixPath(said.replace("\\", "/")).parent.name
        return self.by_name.get(series, ())


def mask_among(paths: Sequence[Path], said: str) -> Mask:
    """Tell the mask of a lesion from its crop.

    A mask holds at most two values. Where several files do, the largest is the mask: a crop is
    cut out of the film. The table's word is compared by its number: 00000n.dcm became 1-(n+1).

    Parameters
    ----------
    paths : sequence of Path
    said : str
        What the table calls the mask.
    """
    masks = [path for path in paths if _holds_two_values(path)]
    if not masks:
        return Mask(path=None)
    chosen = max(masks, key=lambda path: (_pixels(path), path.name))
    number, named = _number(PurePosixPath(said.strip()).stem, 1), _number(chosen.stem, 0)
    swapped = len(paths) > 1 and None not in (number, named) and number != named
    return Mask(path=chosen, swapped=swapped)


def _keys(path: Path) -> list[str]:
    """Return what may name a file: a case in its path, and the UID of the folder it lies in."""
    keys = [case[0] for part in path.parts if (case := _CASE.match(part))]
    if _UID.fullmatch(path.parent.name):
        keys.append(path.parent.name)
    return list(dict.fromkeys(keys))


def _number(stem: str, first: int) -> int | None:
    """Return the number that a file name ends with, counted from 1."""
    digits = re.search(r"(\d+)$", stem)
    return None if digits is None else int(digits[1]) + first


def _holds_two_values(path: Path) -> bool:
    """Tell a mask; JPEG re-publications blur its two values a little."""
    try:
        pixels = grey_pixels(path)
    except InputRefused:
        return False
    highest = int(pixels.max())
    if highest == 0:
        return False
    between = np.count_nonzero((pixels > highest // 8) & (pixels < highest - highest // 8))
    return bool(between <= 0.002 * pixels.size and np.count_nonzero(pixels == 0) > 0)


def _pixels(path: Path) -> int:
    shape = image_facts(path).shape
    return 0 if shape is None else shape[0] * shape[1]
