"""What a user says about an input, in words, as nouns."""

import re
from datetime import date as Date  # noqa: N812 - `date` is the name of a parameter
from enum import StrEnum
from typing import TypeVar

from calcsight.terms.errors import SpacingError, UsageError
from calcsight.terms.mammogram import ExamKind, Laterality, View
from calcsight.terms.spacing import Spacing
from calcsight.terms.stated import Stated

Word = TypeVar("Word", bound=StrEnum)


def stated(
    spacing_mm: float | str | None = None,
    laterality: str | None = None,
    view: str | None = None,
    exam: str | None = None,
    date: str | Date | None = None,
    exam_uid: str | None = None,
) -> Stated:
    """Turn what a user says about an input into nouns; None or "" = nothing was said.

    Raises
    ------
    UsageError
        When a word or number is not one that can be said.
    """
    return Stated(
        spacing_mm=_spacing(spacing_mm),
        laterality=_word(Laterality, {"left": "L", "right": "R"}, laterality, "laterality"),
        view=_word(View, {}, view, "view"),
        exam_kind=_word(ExamKind, {}, exam, "exam"),
        acquired_on=_day(date),
        exam_uid=_exam_uid(exam_uid),
    )


def _spacing(said: float | str | None) -> float | None:
    """Check a stated spacing by the noun's own rule."""
    if said is None or said == "":
        return None
    try:
        value = float(said)
        return Spacing(row_mm=value, column_mm=value).row_mm
    except (TypeError, ValueError, SpacingError):
        raise UsageError(
            f"a spacing of {said!r} mm", "a positive number of at most 5", "state the true spacing"
        ) from None


def _word(
    words: type[Word], other_names: dict[str, str], said: str | None, what: str
) -> Word | None:
    """Look one word up, case aside; "unknown" cannot be stated."""
    if not said:
        return None
    known = {word.value.lower(): word for word in words if word.value != "unknown"}
    folded = str(said).strip().lower()
    word = known.get(other_names.get(folded, folded).lower())
    if word is None:
        raise UsageError(
            f"the {what} {said!r}", f"one of: {', '.join(one.value for one in known.values())}"
        )
    return word


def _exam_uid(said: str | None) -> str | None:
    """Check the name of an exam, which will be printed: no name with spaces, no path."""
    if not said:
        return None
    if not re.fullmatch(r"[A-Za-z0-9._-]{1,64}", said):
        raise UsageError("that exam_uid", "1 to 64 letters, digits, dots, dashes or underscores")
    return said


def _day(said: str | Date | None) -> Date | None:
    """Read a day."""
    if said is None or isinstance(said, Date):
        return said
    if not said:
        return None
    try:
        day = str(said).strip()
        if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", day):
            raise ValueError
        return Date.fromisoformat(day)
    except ValueError:
        raise UsageError(f"the date {said!r}", "a day as YYYY-MM-DD") from None
