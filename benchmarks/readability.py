"""Print how easily every string for women is read, worst first: `python -m benchmarks.readability`.

Usage: python -m benchmarks.readability [PART_OF_A_PLACE...]

English: Flesch-Kincaid grade, with SMOG beside it; Spanish: ease after Fernández Huerta. A string
past its stop is marked `!`. The last lines are the medians.
"""

import sys
from collections.abc import Sequence
from statistics import median

from benchmarks.patient_texts import ShownText, shown_texts
from calcsight.patient.readability import READING_LIMITS, reading_figure, smog
from calcsight.patient.sentences import words_of
from calcsight.patient.syllables import syllables
from calcsight.terms.knowledge_base import Language

HARD = {Language.ENGLISH: 3, Language.SPANISH: 4}


def measured(texts: Sequence[ShownText], language: Language) -> list[tuple[float, ShownText]]:
    """Return the measured strings of a language with their figures, worst first."""
    found = [
        (reading_figure(one.text, language), one)
        for one in texts
        if one.language is language and one.is_measured
    ]
    sign = 1 if READING_LIMITS[language].high_is_easy else -1
    return sorted(found, key=lambda pair: (sign * pair[0], pair[1].place, pair[1].passage))


def main(parts: Sequence[str]) -> None:
    """Print all strings whose place holds one of the parts; none = all."""
    texts = [one for one in shown_texts() if not parts or any(part in one.place for part in parts)]
    medians = []
    for language in Language:
        limit = READING_LIMITS[language]
        figures = measured(texts, language)
        for figure, one in figures:
            mark = " " if limit.passes_stop(figure) else "!"
            beside = f" SMOG {smog(one.text):4.1f}" if language is Language.ENGLISH else ""
            print(f"{mark} {language} {figure:6.1f}{beside}  {one.place} {one.passage}{_hard(one)}")
        past = sum(not limit.passes_stop(figure) for figure, _ in figures)
        if figures:
            middle = median(figure for figure, _ in figures)
            medians.append(
                f"{language}: median {middle:.1f} of {len(figures)} strings"
                f" (wanted {limit.wanted:g}), {past} past the stop ({limit.stop:g})"
            )
    print(*medians, sep="\n")


def _hard(one: ShownText) -> str:
    """List the long words of a string, each once."""
    words = dict.fromkeys(word.lower() for word in words_of(one.text, one.language))
    long = [word for word in words if syllables(word, one.language) >= HARD[one.language]]
    return f"  [{', '.join(long)}]" if long else ""


if __name__ == "__main__":
    main(sys.argv[1:])
