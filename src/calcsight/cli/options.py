"""Flags that several commands share, and the words below every help text."""

from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from calcsight.cli.interruption import RequestToEnd
from calcsight.terms.judge import OperatingPoint
from calcsight.terms.reading import INTENDED_USE


class Names(StrEnum):
    """What the files of a view are named by."""

    FILE = "file"
    UID = "uid"


@dataclass(slots=True)
class Session:
    """What the command line remembers while one command runs.

    Parameters
    ----------
    debug : bool
        Show the traceback of an internal error.
    request : RequestToEnd
        Obeyed after each step of long work.
    """

    debug: bool = False
    request: RequestToEnd = field(default_factory=RequestToEnd)


def closing_words(*examples: str) -> str:
    """Return what stands below a help text: examples and the intended use."""
    return "\n\n".join([*(f"Example: {example}" for example in examples), INTENDED_USE])


def a_path(said: str) -> Path:
    """Read a path; "" (an unset variable of a script) is not the current folder."""
    if not said:
        raise typer.BadParameter("an empty path; needed: a file or folder")
    return Path(said)


def a_word(said: str) -> str:
    """Read a word; "" (an unset variable of a script) is not the default."""
    if not said.strip():
        raise typer.BadParameter("an empty value; leave the flag out, or say something")
    return said


Inputs = Annotated[
    list[Path] | None,
    typer.Argument(
        parser=a_path,
        metavar="INPUT...",
        show_default=False,
        help="Files or folders (with all below them): DICOM, PNG, TIFF.",
    ),
]
SpacingMm = Annotated[
    float | None,
    typer.Option(
        "--spacing-mm",
        show_default=False,
        help="Distance between pixel centres in the plane of the breast, mm. Needed for PNG, "
        "TIFF and digitised film; without it sizes are in pixels and nothing is grouped.",
    ),
]
LateralityWord = Annotated[
    str | None,
    typer.Option(
        "--laterality", parser=a_word, metavar="L|R", show_default=False, help="The side."
    ),
]
ViewWord = Annotated[
    str | None,
    typer.Option(
        "--view", parser=a_word, metavar="CC|MLO|...", show_default=False, help="The projection."
    ),
]
ExamWord = Annotated[
    str | None,
    typer.Option(
        "--exam",
        parser=a_word,
        metavar="screening|diagnostic",
        show_default=False,
        help="Why the exam was made (default: the header's reason, else screening).",
    ),
]
DateWord = Annotated[
    str | None,
    typer.Option(
        "--date",
        parser=a_word,
        metavar="YYYY-MM-DD",
        show_default=False,
        help="The day of acquisition.",
    ),
]
ExamUid = Annotated[
    str | None,
    typer.Option(
        "--exam-uid",
        parser=a_word,
        metavar="NAME",
        show_default=False,
        help="A name, no person's, for the exam that all inputs belong to: groups of its CC and "
        "MLO views are matched (default: the header's study).",
    ),
]
Table = Annotated[
    Path | None,
    typer.Option(
        "--inputs",
        parser=a_path,
        metavar="TABLE.csv",
        show_default=False,
        help="Inputs and what is said about each: path, exam, laterality, view, spacing_mm, "
        "date, exam_uid. Relative paths start at the table's folder.",
    ),
]
SettingsFile = Annotated[
    Path | None,
    typer.Option(
        "--settings",
        parser=a_path,
        metavar="FILE.toml",
        show_default=False,
        help="Settings of the reading.",
    ),
]
VocabularyName = Annotated[
    str | None,
    typer.Option(
        "--vocabulary",
        parser=a_word,
        metavar="NAME|FILE",
        show_default=False,
        help="The words for shapes.",
    ),
]
PopulationName = Annotated[
    str | None,
    typer.Option(
        "--population",
        parser=a_word,
        metavar="NAME|FILE",
        show_default=False,
        help="The one population that probabilities come from: a shipped name, or a site's file.",
    ),
]
SchemeName = Annotated[
    str | None,
    typer.Option(
        "--scheme",
        parser=a_word,
        metavar="NAME|FILE",
        show_default=False,
        help="The scheme of categories.",
    ),
]
PolicyName = Annotated[
    str | None,
    typer.Option(
        "--policy",
        parser=a_word,
        metavar="NAME|FILE",
        show_default=False,
        help="Local intervals of what usually follows.",
    ),
]
ModelName = Annotated[
    str | None,
    typer.Option(
        "--model",
        parser=a_word,
        metavar="NAME|DIR",
        show_default=False,
        help="A shipped model, or a folder.",
    ),
]
OutputFolder = Annotated[
    Path,
    typer.Option(
        "--out",
        parser=a_path,
        metavar="DIR",
        show_default=False,
        help="Folder of the results.",
    ),
]
Overwrite = Annotated[
    bool,
    typer.Option(
        "--overwrite",
        help="Write into a folder that is not empty; files of an earlier run are removed.",
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON on standard output.")]
PointChoice = Annotated[
    OperatingPoint | None,
    typer.Option(
        "--operating-point",
        show_default=False,
        help="From few false marks to many (default: that of the settings, balanced).",
    ),
]
MinScore = Annotated[
    float | None,
    typer.Option(
        "--min-score",
        metavar="0-1",
        show_default=False,
        help="List every candidate with at least this score; grouping is not changed.",
    ),
]
Jobs = Annotated[
    int | None,
    typer.Option(
        "--jobs",
        min=1,
        show_default=False,
        help="Processes; the results do not depend on it "
        "(default: one a core, at most one for two inputs).",
    ),
]
NamesChoice = Annotated[
    Names, typer.Option("--names", help="Name files by the input's file or by its UID.")
]
Parquet = Annotated[bool, typer.Option("--parquet", help="Write the tables as Parquet, too.")]
