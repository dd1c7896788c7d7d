"""The exams of a run: views of one exam matched and weighed together, once all are read."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from calcsight.batch.view import ViewRead, ViewRefused
from calcsight.reading import summarise
from calcsight.reports.exam_document import exam_document
from calcsight.terms.errors import NotAMammogramError, NotAnImageError
from calcsight.terms.interpreter import Interpreter
from calcsight.terms.reading import LeanReading
from calcsight.terms.settings import Settings

# What was refused for this is no view of any exam.
_NO_VIEWS = frozenset({NotAnImageError.code, NotAMammogramError.code})


@dataclass(slots=True)
class ExamsSeen:
    """Gathers the views of each exam as they are read; a view without an exam is left alone."""

    images: dict[str, list[str]] = field(default_factory=dict)
    views: dict[str, list[LeanReading]] = field(default_factory=dict)
    unread: bool = False

    def note(self, view: ViewRead | ViewRefused) -> None:
        """Remember one view, without its pixels; what was refused may be a view of any exam."""
        if isinstance(view, ViewRefused):
            self.unread = self.unread or view.refusal.code not in _NO_VIEWS
            return
        uid = view.reading.mammogram.exam_uid
        if uid is not None:
            self.images.setdefault(uid, []).append(view.image)
            self.views.setdefault(uid, []).append(view.reading)

    def documents(
        self, interpreter: Interpreter | None, settings: Settings
    ) -> Iterable[Mapping[str, Any]]:
        """Yield the document of each exam, in the order of their first views.

        Nothing for a run without interpreter: what is not described cannot be matched.
        """
        if interpreter is None:
            return
        for uid, views in self.views.items():
            summary = summarise(views, interpreter.guidance, settings, self.unread)
            yield exam_document(uid, self.images[uid], views, summary, interpreter.guidance)
