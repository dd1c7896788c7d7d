"""The results of a run as a hospital's systems take them: DICOM objects and a FHIR bundle."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from calcsight.batch.finding import FoundInput
from calcsight.dicom.sniffing import looks_like_dicom
from calcsight.pictures.loading import looks_like_picture
from calcsight.terms.comparison import Comparison
from calcsight.terms.errors import InputRefused, NoDicomSourceError
from calcsight.terms.hospital import ResultOrder
from calcsight.terms.interpreter import Interpreter
from calcsight.terms.judge import Judge
from calcsight.terms.reading import LeanReading
from calcsight.terms.settings import Settings

if TYPE_CHECKING:
    from calcsight.dicom.results.exam_result import ChangedView, ResultFile, ViewResult


class HospitalResults:
    """Gathers the views of a run, without pixels; does nothing when no results are asked for.

    Parameters
    ----------
    order : ResultOrder or None
    inputs : sequence of FoundInput
        Of the exams that results are written of, and of their priors.

    Raises
    ------
    NoDicomSourceError
        When an input is a picture: it names no patient, no study and no image to refer to.
    UsageError
        When a library that a kind needs is not installed.
    """

    def __init__(self, order: ResultOrder | None, inputs: Sequence[FoundInput]) -> None:
        self._order = order
        self._paths = {one.image: one.path for one in inputs}
        self._views: list[ViewResult] = []
        if order is not None:
            # Late: this brings pydicom, which a run over pictures does not need.
            from calcsight.dicom.results.objects import require_writers  # noqa: PLC0415

            require_writers(order.kinds)
            _refuse_pictures(inputs)

    def note(self, image: str, reading: LeanReading | None, refused_code: str | None) -> None:
        """Remember what was read, or refused, of an input.

        What has no DICOM header at all cannot be referred to, and what is no mammogram is no view;
        the manifest names both.
        """
        if self._order is None:
            return
        from calcsight.dicom.results.exam_result import ViewResult  # noqa: PLC0415
        from calcsight.dicom.results.source import could_be_view, source_image  # noqa: PLC0415

        with suppress(InputRefused):
            source = source_image(self._paths[image])
            if reading is not None or could_be_view(source):
                view = ViewResult(source=source, reading=reading, refused_code=refused_code)
                self._views.append(view)

    def files(
        self,
        judge: Judge,
        settings: Settings,
        interpreter: Interpreter | None,
        changes: Sequence[tuple[Comparison, str]] = (),
    ) -> Iterator["ResultFile"]:
        """Yield every result of every exam; names begin with the number of the exam.

        Parameters
        ----------
        judge, settings, interpreter
            What the views were read with.
        changes : sequence of (Comparison, str)
            With the image that was the prior.
        """
        if self._order is None:
            return
        from calcsight.dicom.results.gathered import ReadBy, exam_results  # noqa: PLC0415
        from calcsight.dicom.results.objects import result_files  # noqa: PLC0415

        read_by = ReadBy(judge=judge, settings=settings, interpreter=interpreter)
        changed = list(self._changed(changes))
        exams = exam_results(self._views, read_by, self._order, changed)
        for number, exam in enumerate(exams, start=1):
            for one in result_files(exam, self._order.kinds):
                yield replace(one, name=f"exam{number}.{one.name}")

    def _changed(self, changes: Sequence[tuple[Comparison, str]]) -> Iterator["ChangedView"]:
        from calcsight.dicom.results.exam_result import ChangedView  # noqa: PLC0415
        from calcsight.dicom.results.source import source_image  # noqa: PLC0415

        for comparison, prior in changes:
            # A prior that results cannot refer to is in comparison.json alone.
            with suppress(InputRefused):
                source = source_image(self._paths[prior])
                yield ChangedView(comparison=comparison, prior_source=source)


def _refuse_pictures(inputs: Sequence[FoundInput]) -> None:
    """Refuse, before anything is read, inputs of which no DICOM result can be written."""
    for one in inputs:
        if one.refusal is None and _is_picture(one.path):
            raise NoDicomSourceError(
                f"{one.image} is a picture without a DICOM header",
                "DICOM images alone, which --dicom-out can refer to",
                "leave --dicom-out out, or give the DICOM images",
            )


def _is_picture(path: Path) -> bool:
    """Tell a picture from what is DICOM, or will be refused."""
    try:
        return not looks_like_dicom(path) and looks_like_picture(path)
    except InputRefused:
        return False
