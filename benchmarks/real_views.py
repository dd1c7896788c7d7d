"""Compare readings of the real views with what an eye listed on them beforehand.

    CALCSIGHT_DATA=... python -m benchmarks.real_views      writes docs/results/real-views.md

The list (`real_views.csv`) holds coordinates and words only. Nothing may be tuned on it.
"""

import argparse
import csv
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np

import calcsight
from benchmarks.page import machine, table
from benchmarks.real_list import (
    DISTRACTOR,
    PARTS,
    TRUE,
    UNLISTED,
    WANTED_IN_NONE,
    Compared,
    Given,
    GivenGroup,
    Listed,
    Verdict,
    compare,
    read_list,
)
from calcsight.models import DEFAULT_MODEL, load_judge
from calcsight.reading import read
from calcsight.terms.judge import Judge, OperatingPoint
from calcsight.terms.reading import Reading
from calcsight.terms.settings import Settings
from calcsight.terms.version import SOFTWARE

HERE = Path(__file__).parent
LIST = HERE / "real_views.csv"
AFTER = HERE / "real_views_after.csv"
PAGE = HERE.parent / "docs" / "results" / "real-views.md"
# Spacing is stated where the file has none; the film's is a guess (0.043 to 0.05 mm).
STATED_MM = {"full-field": 0.07, "dicom/MG1_J2KI.dcm": 0.05, "dicom/MG1_JPLY.dcm": 0.05}
VESSEL = "vascular"  # kind of the listed groups that are calcified vessels
# One film, coded twice, pixel on pixel: one list.
SAME_FILM = {"dicom/MG1_JPLY.dcm": "dicom/MG1_J2KI.dcm"}
# An after-the-fact remark belongs to a place this near to it.
REMARK_REACH_MM = 1.0

NOTES = """\
How the list was made: by eye, on 22 November 2026, from enlarged overlapping tiles (local contrast,
and grey values for closer looks), before any mark on these views was seen, and committed before
the first reading. The eye was that of the AI model that wrote this benchmark: **no clinician, and
no person, has checked it**; no histology and no second reader stands behind it, and what it calls
sure is only sure to that eye. Two things were known beforehand: the few words on each file in the
data folder, and how many marks (not where) `classical-1` gives on each full-field view. Most skin
lines were drawn by a threshold on the grey values, everything else by hand. The film is full of
specks that no eye can tell from tiny calcifications; they are listed as dust. Nothing was tuned on
this list.

Rules. A calcification is found by a mark within 0.5 mm or half its extent, one mark to one listed
particle. A listed group is found by a given group whose centre lies inside it or that has at least
two members inside; calcified vessels are listed as groups along a line, so one vessel may be found
by part of it. A given group is *on a distractor* when at least half of its members are, or when
its centre is and nothing listed explains it. Marks off the list lie on no listed calcification,
group or distractor. A score behind *missed* is that of the best mark there below the threshold;
for a missed group the number of marks above it follows.

The column *looked at afterwards* holds remarks on a place, made after seeing the marks of the judge
named in `real_views_after.csv` (same eye); it changes neither the list nor any count.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """What was thought of a place after seeing the marks of the judge that drew the look there."""

    judge: str
    file: str
    row: float
    column: float
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewed:
    """One file, read and compared."""

    file: str
    compared: Compared
    remarks: tuple[Remark, ...]
    pitch_mm: float

    def remark(self, row: float, column: float) -> str:
        """Return what was said about a place, or nothing."""
        for one in self.remarks:
            apart_mm = np.hypot(one.row - row, one.column - column) * self.pitch_mm
            if apart_mm <= REMARK_REACH_MM:
                return one.note
        return ""


def read_remarks(path: Path) -> tuple[Remark, ...]:
    """Read the remarks made after seeing marks."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return tuple(
        Remark(
            judge=row["judge"],
            file=row["file"],
            row=float(row["row"]),
            column=float(row["column"]),
            note=row["note"],
        )
        for row in rows
    )


def given_by(reading: Reading, pitch_mm: float) -> Given:
    """Bring a reading into what `compare` takes."""
    marks = reading.calcifications
    return Given(
        places=np.array([(m.row, m.column) for m in marks], dtype=np.float64).reshape(-1, 2),
        scores=np.array([m.score for m in marks], dtype=np.float64),
        threshold=reading.provenance.threshold,
        groups=tuple(
            GivenGroup(row=g.row, column=g.column, members=g.members, score=g.score)
            for g in reading.groups
        ),
        pitch_mm=pitch_mm,
    )


def view(data: Path, name: str, judge: Judge, settings: Settings) -> Viewed:
    """Read one file and compare it with its list."""
    spacing_mm = STATED_MM.get(name, STATED_MM.get(name.partition("/")[0]))
    mammogram = calcsight.load(data / name, spacing_mm=spacing_mm)
    if mammogram.spacing is None:
        raise SystemExit(f"{name} has no spacing, needed: one in STATED_MM")
    pitch_mm = mammogram.spacing.mean_mm
    listed_as = SAME_FILM.get(name, name)
    listed = tuple(one for one in read_list(LIST) if one.file == listed_as)
    remarks = tuple(one for one in read_remarks(AFTER) if one.file == listed_as)
    compared = compare(listed, given_by(read(mammogram, judge, settings), pitch_mm))
    return Viewed(file=name, compared=compared, remarks=remarks, pitch_mm=pitch_mm)


def place(listed: Listed) -> tuple[float, float]:
    """Return the middle point of what is listed."""
    return listed.points[len(listed.points) // 2]


def words_of(one: Verdict) -> str:
    """Say found or missed, with the score and, for a group, members or marks inside."""
    score = "no mark" if one.score is None else f"{one.score:.3f}"
    if one.listed.what == "group":
        score = f"{score}, {'members' if one.found else 'marks inside'}: {one.members}"
    return f"{'found' if one.found else 'missed'} ({score})"


def listed_rows(viewed: Viewed, verdicts: Sequence[Verdict]) -> list[tuple[str, ...]]:
    """Return one row of words for each listed thing."""
    rows: list[tuple[str, ...]] = []
    for one in verdicts:
        row, column = place(one.listed)
        rows.append(
            (
                one.listed.what,
                f"{row:.0f}, {column:.0f}",
                f"{one.listed.extent_mm:g}",
                one.listed.certainty,
                one.listed.kind,
                words_of(one),
                viewed.remark(row, column),
            )
        )
    return rows


def given_rows(viewed: Viewed) -> list[tuple[str, ...]]:
    """Return one row of words for each given group."""
    return [
        (
            f"{one.group.row:.0f}, {one.group.column:.0f}",
            str(len(one.group.members)),
            f"{one.group.score:.3f}",
            f"{one.verdict}: {', '.join(one.kinds)}" if one.kinds else one.verdict,
            viewed.remark(one.group.row, one.group.column),
        )
        for one in viewed.compared.given
    ]


def false_rows(viewed: Viewed) -> list[tuple[str, ...]]:
    """Return one row of words for each mark on nothing that is listed as calcium."""
    return [
        (
            f"{one.row:.0f}, {one.column:.0f}",
            f"{one.score:.3f}",
            ", ".join(one.kinds) or UNLISTED,
            viewed.remark(one.row, one.column),
        )
        for one in viewed.compared.false_marks
    ]


def section(viewed: Viewed) -> str:
    """Write the part of one file."""
    compared = viewed.compared
    lines = [
        f"## {viewed.file}\n",
        f"{compared.marks} marks, {compared.off_list} of them off the list and "
        f"{compared.on_distractors} on distractors; {len(compared.given)} groups given.\n",
    ]
    rows = given_rows(viewed)
    if rows:
        head = ("given group (row, column)", "members", "score", "lies on", "looked at afterwards")
        lines.append(table(head, rows) + "\n")
    rows = false_rows(viewed)
    if rows:
        head4 = ("false mark (row, column)", "score", "lies on", "looked at afterwards")
        lines.append(table(head4, rows) + "\n")
    rows = listed_rows(viewed, (*compared.groups, *compared.calcifications))
    if rows:
        head7 = (
            "listed",
            "row, column",
            "extent or width, mm",
            "certainty",
            "kind",
            "verdict",
            "looked at afterwards",
        )
        lines.append(table(head7, rows) + "\n")
    return "\n".join(lines)


def found_of(verdicts: Sequence[Verdict]) -> str:
    """Return found/listed for sure, probable and possible ones, in this order."""
    words = []
    for certainty in ("sure", "probable", "possible"):
        these = [one for one in verdicts if one.listed.certainty == certainty]
        words.append(f"{sum(one.found for one in these)}/{len(these)}" if these else "-")
    return ", ".join(words)


def summary(views: Sequence[Viewed]) -> str:
    """Write one row for each file, and the line on what no group may lie on."""
    rows = []
    for one in views:
        done = one.compared
        on = [group.verdict for group in done.given]
        vessels = [group for group in done.groups if group.listed.kind == VESSEL]
        rows.append(
            (
                one.file,
                found_of([group for group in done.groups if group not in vessels]),
                found_of(vessels),
                found_of(done.calcifications),
                f"{on.count(TRUE)} + {on.count(PARTS)}",
                str(on.count(DISTRACTOR)),
                str(on.count(UNLISTED)),
                f"{done.off_list} + {done.on_distractors} of {done.marks}",
            )
        )
    head = (
        "file",
        "groups found: sure, probable, possible",
        "calcified vessels",
        "calcifications",
        "given groups: listed group + listed calcifications",
        "on a distractor",
        "not on the list",
        "marks off the list + on distractors",
    )
    return f"{table(head, rows)}\n\n{unwanted_line(views)}\n"


def unwanted_line(views: Sequence[Viewed]) -> str:
    """Say how many groups lie on what no group may lie on, and on other distractors."""
    bad = [
        set(group.kinds)
        for one in views
        for group in one.compared.given
        if group.verdict == DISTRACTOR
    ]
    unwanted = sum(bool(kinds & set(WANTED_IN_NONE)) for kinds in bad)
    return (
        "Groups on labels, balls, clips, crosses, holders, skin lines and vessel crossings: "
        f"**{unwanted}** (wanted 0); on other distractors (window and film edges, dust, hairs, "
        f"scratches, skin folds, moles, lymph nodes, fibrous knots): {len(bad) - unwanted}."
    )


def report(views: Sequence[Viewed], judge: Judge, settings: Settings) -> str:
    """Write the whole page."""
    point = settings.operating_point
    about = (
        f"- command: `python -m benchmarks.real_views --model {judge.name} "
        f"--operating-point {point}`, with CALCSIGHT_DATA set\n"
        f"- {SOFTWARE}, judge {judge.name} (digest {judge.digest[:16]}), threshold "
        f"{judge.operating_points[point]:.4f}, settings {settings.digest[:16]}\n"
        f"- {machine()}\n"
    )
    parts = "\n".join(section(one) for one in views)
    return f"# Real views, by eye\n\n{about}\n{summary(views)}\n{NOTES}\n{parts}"


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--model", default=DEFAULT_MODEL, help="judge, default %(default)s")
    parser.add_argument(
        "--operating-point",
        type=OperatingPoint,
        default=OperatingPoint.BALANCED,
        choices=list(OperatingPoint),
        help="default %(default)s",
    )
    parser.add_argument("--page", type=Path, default=PAGE, help="where to write")
    wanted = parser.parse_args()
    data = os.environ.get("CALCSIGHT_DATA")
    if not data:
        raise SystemExit("CALCSIGHT_DATA is not set; it must name the folder of the real images")
    cv2.setNumThreads(1)
    judge = load_judge(wanted.model)
    settings = replace(Settings(), operating_point=wanted.operating_point, min_score=0.0)
    names = list(dict.fromkeys(one.file for one in read_list(LIST))) + list(SAME_FILM)
    views = []
    for name in names:
        views.append(view(Path(data), name, judge, settings))
        sys.stderr.write(f"{name}: {len(views[-1].compared.given)} groups\n")
    wanted.page.parent.mkdir(exist_ok=True)
    wanted.page.write_text(report(views, judge, settings), encoding="utf-8")


if __name__ == "__main__":
    main()
