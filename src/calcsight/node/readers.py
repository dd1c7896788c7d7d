"""Which reader a node has: one in a process of its own, or here with a judge that was given."""

from dataclasses import dataclass
from pathlib import Path

from calcsight.assembly import interpreter_for, settings_from
from calcsight.dicom.results.gathered import ReadBy
from calcsight.dicom.results.objects import require_writers, result_files
from calcsight.models import DEFAULT_MODEL, load_judge
from calcsight.node.configuration import NodeSettings
from calcsight.node.reading_apart import ReaderApart
from calcsight.node.reading_here import Reader, ReaderHere
from calcsight.node.results_of_exam import ResultWriter
from calcsight.terms.judge import Engine, Judge
from calcsight.terms.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedJudge:
    """Loads a judge by the name of its model, in whatever process it is called."""

    model: str
    engine: Engine

    def __call__(self) -> Judge:
        """Load it.

        Raises
        ------
        ModelError
        """
        return load_judge(self.model, self.engine)


def reader_apart(settings: NodeSettings) -> Reader:
    """Return what reads each study in a process of its own.

    Raises
    ------
    UsageError, SettingsError, ModelError, GuidanceError
        Now, and not with the first exam, when a library for a kind of results is not installed,
        or there is something wrong with the model, the settings of the reading or the guidance.
    """
    require_writers(frozenset(settings.results))
    chosen = reading_settings(settings.settings)
    judge = NamedJudge(model=settings.model or DEFAULT_MODEL, engine=chosen.engine)
    judge()
    interpreter_for(chosen)
    return ReaderApart(
        settings=chosen,
        load_judge=judge,
        write=result_files,
        limit_seconds=settings.limits.reading_seconds,
    )


def reader_here(settings: NodeSettings, judge: Judge, write: ResultWriter | None = None) -> Reader:
    """Return what reads studies in this process with a judge that was given.

    Raises
    ------
    SettingsError, ModelError, GuidanceError
    """
    chosen = reading_settings(settings.settings)
    read_by = ReadBy(judge=judge, settings=chosen, interpreter=interpreter_for(chosen))
    return ReaderHere(read_by=read_by, write=write or result_files)


def reading_settings(file: Path | None) -> Settings:
    """Return the settings of the reading, the defaults without a file.

    Raises
    ------
    SettingsError
    """
    return settings_from(file) if file else Settings()
