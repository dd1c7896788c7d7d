"""What the three validators of DICOM reports say of our files, less what they are wrong about.

Each catches what the others miss: `dciodvfy` (dicom3tools) the attributes, `dsrdump` (dcmtk) the
relationships and references, PixelMed the rows of the templates, units and context groups. They
come from Debian (`_PACKAGES`); where they are missing, tests with `needs_validators` are skipped.

A complaint is one line: the tool, then its words without the place in the file. One that is known
to be wrong stands with its reason in `known_false_errors.txt`, and is matched exactly.
"""

import atexit
import re
import shutil
import subprocess
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import IO

from pydicom import dcmread
from tests.parts import needs

_PACKAGES = "dicom3tools, dcmtk, libpixelmed-java, libsaxonhe-java, default-jdk-headless"
_JARS = (Path("/usr/share/java/pixelmed.jar"), Path("/usr/share/java/Saxon-HE.jar"))
KNOWN_FALSE = Path(__file__).parent / "dicom" / "results" / "known_false_errors.txt"
_DRIVER = Path(__file__).with_name("PixelMedValidator.java")
_END = "== end of a file"
# JDK 17 bounds the size of XPath expressions; the rules of the templates are larger.
_NO_LIMITS = [f"-Djdk.xml.xpath{one}=0" for one in ("TotalOpLimit", "ExprOpLimit", "ExprGrpLimit")]
_TRANSFORMER = "-Djavax.xml.transform.TransformerFactory=net.sf.saxon.TransformerFactoryImpl"
_HEADINGS = ("Found ", "IOD validation complete", "Root Template Validation Complete")
_SECONDS_FOR_ONE_FILE = 120
# "1.2.1: " and "within 1.2.1: " say where in the file an item stands.
_PLACE = re.compile(r"(?<=: )(?:within )?\d+(?:\.\d+)*: ")

_NEEDED = ("dciodvfy", "dsrdump", "java", "javac")
_MISSING = [one for one in _NEEDED if shutil.which(one) is None]
_MISSING += [one.name for one in _JARS if not one.exists()]

needs_validators = needs(_MISSING, _PACKAGES)


def dciodvfy(paths: Iterable[Path]) -> list[str]:
    """Return what dciodvfy says of attributes, errors and warnings both."""
    return _not_known(one for path in paths for one in _attributes(path))


def dsrdump(paths: Iterable[Path]) -> list[str]:
    """Return what dsrdump says of the tree of reports."""
    return _not_known(one for path in paths for one in _tree(path))


def pixelmed(paths: Iterable[Path]) -> list[str]:
    """Return what PixelMed says of the templates of reports; one JVM for all files of a run."""
    return _not_known(one for path in paths for one in _templates(path))


def complaints(paths: Sequence[Path]) -> list[str]:
    """Return what any of the three says of reports."""
    return [*dciodvfy(paths), *dsrdump(paths), *pixelmed(paths)]


def known_false_errors(text: str) -> dict[str, str]:
    """Return the known false errors with their reasons.

    Lines that start with # are the reason of every complaint up to the next blank line.
    """
    known: dict[str, str] = {}
    for block in re.split(r"\n\s*\n", text):
        lines = [line.rstrip() for line in block.splitlines() if line.strip()]
        reason = " ".join(line.lstrip("# ") for line in lines if line.startswith("#"))
        said = [line for line in lines if not line.startswith("#")]
        if said and not reason:
            raise ValueError(f"a known false error without its reason: {said[0]}")
        twice = [one for one in said if one in known]
        if twice:
            raise ValueError(f"a known false error that is listed twice: {twice[0]}")
        known |= dict.fromkeys(said, reason)
    return known


def stale(paths: Iterable[Path]) -> list[str]:
    """Return the known false errors that none of these files calls forth."""
    every = list(paths)
    reports = [one for one in every if is_report(one)]
    said = {one for path in every for one in _attributes(path)}
    said |= {one for path in reports for one in (*_tree(path), *_templates(path))}
    return not_said(known_false_errors(KNOWN_FALSE.read_text()), said)


def not_said(known: Iterable[str], said: Iterable[str]) -> list[str]:
    """Return which known complaints were not heard."""
    heard = set(said)
    return [one for one in known if one not in heard]


def _not_known(said: Iterable[str]) -> list[str]:
    known = known_false_errors(KNOWN_FALSE.read_text())
    return [one for one in said if one not in known]


@cache
def _attributes(path: Path) -> tuple[str, ...]:
    done = subprocess.run(
        ["dciodvfy", str(path)],
        capture_output=True,
        check=False,
        timeout=_SECONDS_FOR_ONE_FILE,
    )
    lines = (done.stdout + done.stderr).decode("utf-8", "replace").splitlines()
    said = [one.strip() for one in lines if re.search(r"\b(error|warning|abort)\b", one, re.I)]
    if done.returncode != 0 and not said:
        said = [f"ended with {done.returncode}"]
    return tuple(f"dciodvfy: {one}" for one in said)


@cache
def _tree(path: Path) -> tuple[str, ...]:
    done = subprocess.run(
        ["dsrdump", str(path)],
        capture_output=True,
        check=False,
        timeout=_SECONDS_FOR_ONE_FILE,
    )
    lines = done.stderr.decode("utf-8", "replace").splitlines()
    said = [one.strip() for one in lines if one.strip()]
    if done.returncode != 0 and not said:
        said = [f"ended with {done.returncode}"]
    return tuple(f"dsrdump: {one}" for one in said)


@cache
def _templates(path: Path) -> tuple[str, ...]:
    machine = _java()
    assert machine.stdin is not None
    assert machine.stdout is not None
    machine.stdin.write(f"{path}\n")
    machine.stdin.flush()
    lines = list(_answer(machine.stdout))
    said = [one for one in lines if one and not one.startswith(_HEADINGS)]
    if not any(one.startswith("Found Root Template") for one in lines):
        said.append("no root template was found")
    return tuple(f"pixelmed: {_PLACE.sub('', one)}" for one in said)


def _answer(stream: IO[str]) -> Iterable[str]:
    for line in stream:
        if line.strip() == _END:
            return
        yield line.strip()
    raise RuntimeError("PixelMed's validator ended; its words are above")


@cache
def _java() -> "subprocess.Popen[str]":
    jars = ":".join(str(one) for one in _JARS)
    command = ["java", "-Xss64m", *_NO_LIMITS, _TRANSFORMER, "-cp", jars, str(_DRIVER)]
    machine = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def end() -> None:
        if machine.stdin is not None:
            machine.stdin.close()
        machine.wait(_SECONDS_FOR_ONE_FILE)

    atexit.register(end)
    return machine


def is_report(path: Path) -> bool:
    """Tell whether a file is a structured report."""
    return str(dcmread(path, specific_tags=["SOPClassUID"]).SOPClassUID).startswith(
        "1.2.840.10008.5.1.4.1.1.88."
    )
