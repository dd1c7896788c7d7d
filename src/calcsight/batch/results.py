"""The folder of results: every file whole or not there, tables and report grown as views come."""

import shutil
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any, BinaryIO

from calcsight.batch.naming import TakenNames, distinct_stems, uid_stem
from calcsight.batch.view import ViewRead
from calcsight.reports.columns import Column, Row
from calcsight.reports.csv_tables import csv_header, csv_lines
from calcsight.reports.group_columns import GROUP_COLUMNS
from calcsight.reports.html_report import (
    CropPicture,
    OverviewCard,
    ReportTemplates,
    ViewPictures,
    overview_card,
)
from calcsight.reports.json_text import json_text
from calcsight.reports.parquet_tables import ParquetRows, parquet_writer
from calcsight.reports.particle_columns import PARTICLE_COLUMNS
from calcsight.safe_writing import open_for_writing, write_bytes

REPORT = "report.html"
PARTICLES = "calcifications"
GROUPS = "groups"


class ResultsFolder:
    """Writes the results of a run; use as a context, then `finish`.

    Parameters
    ----------
    folder : Path
        Prepared by `prepare_folder`.
    images : sequence of str
        All inputs in order: names are settled before anything is written.
    parquet : bool
        Write Parquet tables beside the CSV.
    by_uid : bool
        Name files by the UID of the mammogram instead of the name of its file.

    Raises
    ------
    OutputError
        From any method, when something could not be written; nothing half-written stays.
    """

    def __init__(
        self, folder: Path, images: Sequence[str], *, parquet: bool = False, by_uid: bool = False
    ) -> None:
        self._folder = folder
        self._stems = dict(zip(images, distinct_stems(images), strict=True))
        self._by_uid = by_uid
        self._uids = TakenNames()
        self._parquet = parquet
        self._stack = ExitStack()
        self._templates = ReportTemplates()
        self._cards: list[OverviewCard] = []
        self._exams: list[str] = []
        self.files: list[str] = []

    def __enter__(self) -> "ResultsFolder":
        """Open the tables; they get their names when the run ends without error."""
        try:
            self._particles = self._table(PARTICLES, PARTICLE_COLUMNS)
            self._groups = self._table(GROUPS, GROUP_COLUMNS)
            self._sections = self._stack.enter_context(tempfile.TemporaryFile(dir=self._folder))
        except BaseException as problem:
            self._stack.__exit__(type(problem), problem, problem.__traceback__)
            raise
        return self

    def __exit__(self, *problem: Any) -> None:
        """Give the tables their names, or leave nothing of them after an error."""
        self._stack.__exit__(*problem)

    def add(self, view: ViewRead) -> tuple[str, ...]:
        """Write the files of one view, and its rows and section; return the names of the files."""
        stem = self._uids.free(uid_stem(view.uid)) if self._by_uid else self._stems[view.image]
        pictures = view.pictures
        contents = {
            f"{stem}.reading.json": view.document_text.encode(),
            _overlay_name(stem): pictures.overlay_png,
            **{_crop_name(stem, crop.group): crop.png for crop in pictures.crops},
        }
        for name, data in contents.items():
            write_bytes(self._folder / name, data)
        self._particles.add(view.particle_rows)
        self._groups.add(view.group_rows)
        self._add_section(view, stem)
        return tuple(contents)

    def add_exam(self, document: Mapping[str, Any]) -> None:
        """Write one exam, and put it into the report before the views."""
        number = len(self._exams) + 1
        name = f"exam{number}.json"
        write_bytes(self._folder / name, json_text(dict(document)).encode())
        self.files.append(name)
        anchors = {card.image: card.anchor for card in self._cards}
        self._exams.append(self._templates.exam(number, document, anchors))

    def add_file(self, name: str, data: bytes) -> None:
        """Write a file that is about all inputs."""
        write_bytes(self._folder / name, data)
        self.files.append(name)

    def finish(self, manifest: dict[str, Any]) -> None:
        """Write the report from its head, the sections so far and its foot."""
        with open_for_writing(self._folder / REPORT) as file:
            file.write(self._templates.head(manifest, self._cards).encode())
            file.write("".join(self._exams).encode())
            self._sections.seek(0)
            shutil.copyfileobj(self._sections, file)
            file.write(self._templates.foot(manifest).encode())

    def planned_files(self) -> list[str]:
        """Return the names of the files over all inputs, the manifest left out."""
        return [*self.files, REPORT]

    def _add_section(self, view: ViewRead, stem: str) -> None:
        """Put one view into the report."""
        number = len(self._cards) + 1
        pictures = view.pictures
        self._cards.append(overview_card(number, view.document, pictures.overview_jpeg))
        section = self._templates.view(
            number,
            view.document,
            ViewPictures(
                overview=pictures.overview_jpeg,
                overlay=pictures.overlay_jpeg,
                overlay_file=_overlay_name(stem),
                crops=tuple(
                    CropPicture(
                        group=crop.group,
                        jpeg=crop.jpeg,
                        caption=crop.caption,
                        file=_crop_name(stem, crop.group),
                    )
                    for crop in pictures.crops
                ),
            ),
        )
        self._sections.write(section.encode())

    def _table(self, name: str, columns: Sequence[Column[Any]]) -> "_Table":
        """Open one table in the forms that were asked for."""
        self.files.append(f"{name}.csv")
        file = self._stack.enter_context(open_for_writing(self._folder / f"{name}.csv"))
        file.write(csv_header(columns).encode())
        rows = None
        if self._parquet:
            self.files.append(f"{name}.parquet")
            parquet = self._stack.enter_context(open_for_writing(self._folder / f"{name}.parquet"))
            rows = self._stack.enter_context(parquet_writer(parquet, columns))
        return _Table(file, rows)


class _Table:
    """Rows as CSV, and as Parquet when asked for."""

    def __init__(self, file: BinaryIO, parquet: ParquetRows | None) -> None:
        self._file = file
        self._parquet = parquet

    def add(self, rows: Sequence[Row]) -> None:
        """Append rows."""
        self._file.write(csv_lines(rows).encode())
        if self._parquet is not None:
            self._parquet.add(rows)


def _overlay_name(stem: str) -> str:
    """Name the whole view."""
    return f"{stem}.overlay.png"


def _crop_name(stem: str, group: int) -> str:
    """Name a magnified group."""
    return f"{stem}.group{group}.crop.png"
