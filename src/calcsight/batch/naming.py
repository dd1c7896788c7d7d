"""What inputs and their files of results are called: never two alike."""

import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path, PurePath, PurePosixPath

_IMAGE_SUFFIXES = (".dcm", ".dicom", ".dic", ".ima", ".png", ".tif", ".tiff")
# Bytes; longer names run into the limits of file systems once suffixes are added.
_LONGEST_STEM = 150


def distinct_images(inputs: Sequence[tuple[Path, str]]) -> list[str]:
    """Put folders in front of the images that would be called alike.

    Parameters
    ----------
    inputs : sequence of (path, image)
        No two paths alike but for refused ones; `image` is the path's last parts.

    Returns
    -------
    list of str
        One for each input, with "/" between folders.
    """
    parts = [tuple(path.absolute().parts) for path, _ in inputs]
    lengths = [max(1, len(PurePath(image).parts)) for _, image in inputs]
    names = [PurePath(image).as_posix() for _, image in inputs]
    while alike := _alike(names):
        longer = [i for i in alike if lengths[i] < len(parts[i]) - 1]
        if not longer:
            break
        for i in longer:
            lengths[i] += 1
            names[i] = PurePath(*parts[i][-lengths[i] :]).as_posix()
    return names


def stem_of(image: str) -> str:
    """Return the file's name without the suffix of an image format; dotted UIDs stay whole."""
    name = PurePosixPath(image).name
    for suffix in _IMAGE_SUFFIXES:
        if name.lower().endswith(suffix) and len(name) > len(suffix):
            return name[: -len(suffix)]
    return name


def distinct_stems(images: Sequence[str]) -> list[str]:
    """Name the results of each image; equal stems get their folders in front.

    Parameters
    ----------
    images : sequence of str
        Distinct.

    Returns
    -------
    list of str
        Distinct also where case does not count, and short enough for every file system.
    """
    stems = [_safe(stem_of(image)) for image in images]
    folders = [PurePosixPath(image).parts[:-1] for image in images]
    depth = [0] * len(stems)
    while alike := _alike([stem.casefold() for stem in stems]):
        longer = [i for i in alike if depth[i] < len(folders[i])]
        if not longer:
            break
        for i in longer:
            depth[i] += 1
            stems[i] = _safe("_".join([*folders[i][-depth[i] :], stem_of(images[i])]))
    return numbered(stems)


def numbered(stems: Sequence[str]) -> list[str]:
    """Put numbers behind stems that are still alike: a, a-2, a-3."""
    taken = TakenNames()
    return [taken.free(stem) for stem in stems]


class TakenNames:
    """Remembers names, so that none is given twice."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def free(self, stem: str) -> str:
        """Return `stem`, or the first of stem-2, stem-3 ... that is free, and take it."""
        candidate, number = stem, 1
        while candidate.casefold() in self._taken:
            number += 1
            candidate = f"{stem}-{number}"
        self._taken.add(candidate.casefold())
        return candidate


def uid_stem(uid: str) -> str:
    """Return a UID as part of a file name."""
    return _safe(uid)


def _alike(names: Sequence[str]) -> list[int]:
    """Return the positions of names that occur more than once."""
    counts = Counter(names)
    return [position for position, name in enumerate(names) if counts[name] > 1]


def _safe(stem: str) -> str:
    """Replace what no file name may hold, and keep the end of a very long name."""
    name = re.sub(r'[\x00-\x1f\x7f<>:"/\\|?*]', "-", stem)
    # File systems count bytes, and a letter takes up to four.
    return name.encode()[-_LONGEST_STEM:].decode(errors="ignore") or "unnamed"
