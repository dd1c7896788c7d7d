"""Which files under the arguments are inputs, which are not, and which cannot be reached."""

import os
import stat
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePath

from calcsight.assembly import could_be_image
from calcsight.batch.naming import distinct_images
from calcsight.reports.manifest import IgnoredFile
from calcsight.terms.errors import (
    ContradictionError,
    InputRefused,
    NotAnImageError,
    UnreadableFileError,
)
from calcsight.terms.stated import Stated


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundInput:
    """One input.

    Parameters
    ----------
    path : Path
    image : str
        Path relative to the argument that led to it (a file given directly: its name), with
        folders in front where two inputs would share it.
    stated : Stated
        What the user says about it.
    refusal : InputRefused or None
        Why it cannot even be opened.
    """

    path: Path
    image: str
    stated: Stated
    refusal: InputRefused | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Argument:
    """A file or folder the user named, and what was said about it.

    Parameters
    ----------
    path : Path
    stated : Stated
    image : str
        What to call it: the name of a file, "" for a folder (its files are then called by
        their paths inside it).
    """

    path: Path
    stated: Stated
    image: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """All inputs in order, and the files left out."""

    inputs: tuple[FoundInput, ...]
    ignored: tuple[IgnoredFile, ...]


def find_inputs(arguments: Sequence[Argument], output: Path | None = None) -> Found:
    """Walk the arguments in order, folders with all that is below them in sorted order.

    In a folder every file that could be DICOM, PNG or TIFF by content or by suffix is an input;
    others are listed as ignored. A file given directly always is an input. A folder or link
    that cannot be followed is an input too, with its refusal: refused is never skipped.

    Parameters
    ----------
    arguments : sequence of Argument
    output : Path, optional
        Folder of the results: never walked into.

    Raises
    ------
    ContradictionError
        When one file is given twice and not the same is said about it.
    """
    walk = _Walk(output)
    for argument in arguments:
        walk.add(argument)
    images = distinct_images([(one.path, one.image) for one in walk.inputs])
    named = [
        replace(one, image=_as_text(image)) for one, image in zip(walk.inputs, images, strict=True)
    ]
    ignored = [replace(one, image=_as_text(one.image)) for one in walk.ignored]
    return Found(inputs=tuple(named), ignored=tuple(ignored))


class _Walk:
    """Gathers inputs and ignored files."""

    def __init__(self, output: Path | None) -> None:
        self.inputs: list[FoundInput] = []
        self.ignored: list[IgnoredFile] = []
        self._output = output.resolve() if output else None
        self._files: dict[str, Stated] = {}
        self._folders: set[tuple[int, int]] = set()

    def add(self, argument: Argument) -> None:
        """Add a file, or everything below a folder."""
        path, image = argument.path, argument.image or argument.path.name or str(argument.path)
        mode = _mode(path)
        if isinstance(mode, InputRefused):
            self._refuse(path, image, argument.stated, mode)
        elif stat.S_ISDIR(mode):
            self._add_folder(path, PurePath(argument.image), argument.stated, ())
        elif stat.S_ISREG(mode):
            self._add_file(path, image, argument.stated)
        else:
            self._refuse(path, image, argument.stated, _no_regular_file())

    def _add_folder(
        self, folder: Path, image: PurePath, stated: Stated, above: tuple[tuple[int, int], ...]
    ) -> None:
        """Add everything below a folder; `above` are the folders that led here."""
        shown = str(image) if image.parts else folder.name or str(folder)
        try:
            status = folder.stat()
            names = sorted(entry.name for entry in folder.iterdir())
        except OSError as problem:
            self._refuse(folder, shown, stated, _unreadable(problem))
            return
        identity = (status.st_dev, status.st_ino)
        if identity in above:
            self._refuse(folder, shown, stated, _loop())
        elif identity in self._folders:
            self._ignore(shown, "the same folder was read under another name")
        elif self._output is not None and folder.resolve() == self._output:
            self._ignore(shown, "the folder of the results")
        else:
            self._folders.add(identity)
            for name in names:
                self._add_entry(folder / name, image / name, stated, (*above, identity))

    def _add_entry(
        self, path: Path, image: PurePath, stated: Stated, above: tuple[tuple[int, int], ...]
    ) -> None:
        """Add what a folder holds under one name."""
        shown = image.as_posix()
        mode = _mode(path)
        if isinstance(mode, InputRefused):
            self._refuse(path, shown, stated, mode)
        elif stat.S_ISDIR(mode):
            self._add_folder(path, image, stated, above)
        elif not stat.S_ISREG(mode):
            self._add_odd_entry(path, shown, stated)
        elif reason := _no_input(path):
            self._ignore(shown, reason)
        else:
            self._add_file(path, shown, stated)

    def _add_odd_entry(self, path: Path, shown: str, stated: Stated) -> None:
        """Refuse links to devices and pipes, ignore devices and pipes themselves."""
        if path.is_symlink():
            self._refuse(path, shown, stated, _no_regular_file())
        else:
            self._ignore(shown, "no regular file")

    def _add_file(self, path: Path, image: str, stated: Stated) -> None:
        """Add a file unless the very same path was given before."""
        key = str(path.parent.resolve() / path.name)
        if self._files.get(key, stated) != stated:
            raise ContradictionError(
                f"{image} is given twice, and not the same is said about it",
                "each input once",
                "give it in the table or by its path, not both, and in one row",
            )
        if key in self._files:
            self._ignore(image, "given twice")
            return
        self._files[key] = stated
        self.inputs.append(FoundInput(path=path, image=image, stated=stated))

    def _refuse(self, path: Path, image: str, stated: Stated, refusal: InputRefused) -> None:
        """Add an input that cannot be opened."""
        self.inputs.append(FoundInput(path=path, image=image, stated=stated, refusal=refusal))

    def _ignore(self, image: str, reason: str) -> None:
        """List a file or folder as left out."""
        self.ignored.append(IgnoredFile(image=image, reason=reason))


def _no_input(path: Path) -> str:
    """Say why a file in a folder is no input; "" when it is one."""
    if path.name.upper() == "DICOMDIR":
        return "a DICOM directory, which lists images and holds none"
    if path.name.startswith("._"):
        return "a companion file of macOS"
    try:
        return "" if could_be_image(path) else "neither DICOM, PNG nor TIFF"
    except InputRefused:
        # What cannot be opened could be anything: it is refused by name when it is read.
        return ""


def _mode(path: Path) -> int | InputRefused:
    """Return what a path leads to as `st_mode`, or why nobody can tell."""
    try:
        return path.stat().st_mode
    except OSError as problem:
        return _unreadable(problem)
    except ValueError:
        return UnreadableFileError("a path with a NUL character", "a path that can exist")


def _no_regular_file() -> InputRefused:
    """Refuse what has no end, or an end that moves."""
    return NotAnImageError(
        "a device, pipe or socket",
        "a DICOM, PNG or TIFF file",
        "give a file or a folder of files",
    )


def _as_text(image: str) -> str:
    """Write a name that is not UTF-8 (an old Latin-1 share) with its odd bytes in hexadecimal."""
    return os.fsencode(image).decode("utf-8", "backslashreplace")


def _unreadable(problem: OSError) -> UnreadableFileError:
    """Pass on what the operating system says."""
    return UnreadableFileError(
        f"the path could not be opened ({problem.strerror or type(problem).__name__})",
        "a file or folder that exists and may be read",
        "check the path, its links and its permissions",
    )


def _loop() -> UnreadableFileError:
    """Say that a link leads back."""
    return UnreadableFileError(
        "a link to a folder it lies in: a loop",
        "links that lead onward",
        "remove the link, or give the folders one by one",
    )
