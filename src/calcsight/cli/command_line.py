"""`calcsight COMMAND`: the commands, and the one place where errors are caught."""

import sys
from collections.abc import Callable, Sequence
from concurrent.futures import BrokenExecutor
from typing import Annotated, Any

import typer

from calcsight.cli import (
    ask,
    check,
    claims,
    compare,
    deidentify,
    evaluate,
    explain,
    final,
    final_report,
    info,
    letter,
    node_example,
    node_read,
    node_run,
    node_send,
    node_status,
    read,
    schema,
    simulate,
    sr_predictions,
    sr_show,
    timeline_add,
    timeline_due,
    timeline_end,
    timeline_join,
    timeline_show,
    web,
)
from calcsight.cli.console import complain, tell
from calcsight.cli.exit_status import STATUS_OF, ExitStatus
from calcsight.cli.interruption import requests_noted
from calcsight.cli.options import Session, closing_words
from calcsight.terms.errors import CalcsightError
from calcsight.terms.version import SOFTWARE

_Commands = tuple[tuple[Callable[..., int], tuple[str, ...]], ...]

_WITH_SHORT_HELP = {"help_option_names": ["-h", "--help"]}
_COMMANDS: _Commands = (
    (
        read.read,
        (
            "calcsight read exam/ --out results",
            "calcsight read film_L_CC.png --spacing-mm 0.05 --out results",
        ),
    ),
    (
        compare.compare,
        (
            "calcsight compare exam2024/ exam2022/ --out change",
            "calcsight compare new_L_CC.png old_L_CC.png --spacing-mm 0.05 --out change",
        ),
    ),
    (check.check, ("calcsight check exam/",)),
    (info.info, ("calcsight info --json",)),
    (simulate.simulate, ("calcsight simulate --out phantoms --seed 1",)),
    (
        evaluate.evaluate,
        (
            "calcsight evaluate mini-mias mias/ --out evaluation",
            "calcsight evaluate csv truth/ --predictions mine.csv --out evaluation",
        ),
    ),
    (
        explain.explain,
        (
            "calcsight explain results/film_L_CC.reading.json",
            "calcsight explain results/film_L_CC.reading.json --group 1 --json",
        ),
    ),
    (
        claims.claims,
        (
            "calcsight claims amorphous",
            "calcsight claims rominger-2012.amorphous",
            "calcsight claims --verdict wrong",
        ),
    ),
    (schema.schema, ("calcsight schema reading > reading.schema.json",)),
    (
        deidentify.deidentify,
        ("calcsight deidentify exam/ --key-file ~/project.key --out deidentified",),
    ),
    (
        ask.ask,
        (
            'calcsight ask "why six months?"',
            "calcsight ask - --lang es --facility clinic.toml",
            "calcsight ask --topics",
        ),
    ),
    (
        web.web,
        (
            "calcsight web",
            "calcsight web --port 8080 --facility clinic.toml",
        ),
    ),
    (
        letter.letter,
        (
            "calcsight letter final.json --lang es --out letter.pdf",
            "calcsight letter final.json --lang en --out letter.html --facility clinic.toml "
            "--trace trace.json",
        ),
    ),
)
# A group of commands: its name, its help, its commands.
_GROUPS: tuple[tuple[str, str, _Commands], ...] = (
    (
        "timeline",
        "Follow the findings of one woman through time: one file, under a pseudonym.",
        (
            (
                timeline_add.add,
                (
                    "calcsight timeline add W-0042.json results/R_CC.reading.json --woman W-0042",
                    "calcsight timeline add W-0042.json change/comparison.json final.json",
                ),
            ),
            (
                timeline_show.show,
                (
                    "calcsight timeline show W-0042.json",
                    "calcsight timeline show W-0042.json --html W-0042.html",
                ),
            ),
            (
                timeline_due.due,
                (
                    "calcsight timeline due timelines/*.json",
                    "calcsight timeline due timelines/*.json --on 2026-07-01 --ics due.ics",
                ),
            ),
            (
                timeline_join.join,
                ("calcsight timeline join W-0042.json F-UWYSO52L F-7AB4HFER",),
            ),
            (
                timeline_end.end,
                ("calcsight timeline end W-0042.json F-UWYSO52L --why transferred --by nurse-1",),
            ),
        ),
    ),
    (
        "final",
        "Final records: what a person says of a finding at the end of an exam.",
        (
            (final.check, ("calcsight final check final.json",)),
            (
                final_report.report,
                (
                    "calcsight final report final.json --exam exam/ --out report.dcm",
                    "calcsight final report final.json --exam exam/ --reading "
                    "results/L_CC.reading.json --out report.dcm",
                ),
            ),
        ),
    ),
    (
        "sr",
        "DICOM structured reports of computers, of any maker: what they say of mammograms.",
        (
            (
                sr_show.show,
                (
                    "calcsight sr show cad.dcm",
                    "calcsight sr show cad.dcm --image R_CC.dcm --out marks.png",
                ),
            ),
            (
                sr_predictions.predictions,
                ("calcsight sr predictions cad/*.dcm --images set/ --out predictions.json",),
            ),
        ),
    ),
    (
        "node",
        "The DICOM node: receives exams, reads each when it is complete, sends the results on.",
        (
            (node_run.run, ("calcsight node run node.toml",)),
            (
                node_status.status,
                (
                    "calcsight node status node.toml",
                    "calcsight node status node.toml --json",
                ),
            ),
            (
                node_read.read,
                (
                    "calcsight node read node.toml --study 1.2.3.4",
                    "calcsight node read node.toml --study 1.2.3.4 --again",
                ),
            ),
            (node_send.send, ("calcsight node send node.toml",)),
            (node_example.example, ("calcsight node example > node.toml",)),
        ),
    ),
)


def command_line() -> typer.Typer:
    """Return the commands with their help."""
    app = typer.Typer(
        name="calcsight",
        help="Find, measure and group breast calcifications on mammograms.",
        epilog=closing_words("calcsight read exam/ --out results"),
        context_settings=_WITH_SHORT_HELP,
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
    )
    app.callback()(_before_any_command)
    _add(app, _COMMANDS)
    for name, words, commands in _GROUPS:
        group = typer.Typer(
            help=words,
            epilog=closing_words(*(one for _, examples in commands for one in examples)),
            context_settings=_WITH_SHORT_HELP,
            no_args_is_help=True,
        )
        # With a callback a group stays one, however few its commands.
        group.callback()(_nothing_before)
        _add(group, commands)
        app.add_typer(group, name=name)
    return app


def _add(app: typer.Typer, commands: _Commands) -> None:
    """Give commands their help."""
    for function, examples in commands:
        app.command(
            epilog=closing_words(*examples),
            context_settings=_WITH_SHORT_HELP,
        )(function)


def _nothing_before() -> None:
    """Take no flag before the command of a group."""


_WITH_A_DASH = (
    "a flag or a value that calcsight ask does not have; needed: the flags of calcsight ask -h; "
    "a question that begins with a dash stands behind --, or comes from standard input (-)"
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the only place that catches errors.

    Parameters
    ----------
    arguments : sequence of str, optional
        Those of the process when left out.

    Returns
    -------
    int
        An `ExitStatus`.
    """
    session = Session()
    _hush()
    words = list(sys.argv[1:] if arguments is None else arguments)
    command: Any = typer.main.get_command(command_line())
    try:
        with requests_noted(session.request):
            given = command.main(words, prog_name="calcsight", standalone_mode=False, obj=session)
        status = ExitStatus(given or 0)
    except (KeyboardInterrupt, typer.Abort):
        status = ExitStatus.INTERRUPTED
    except CalcsightError as error:
        complain(f"{error.code}: {error}")
        return STATUS_OF[type(error)]
    except Exception as problem:
        # A misspelt flag: Typer's own error knows how to show itself.
        if show := getattr(problem, "show", None):
            if getattr(getattr(problem, "ctx", None), "info_name", "") == "ask":
                # It would repeat a question that begins with a dash.
                complain(f"usage: {_WITH_A_DASH}")
            else:
                show()
            return ExitStatus.USAGE
        # Sent to the whole group, a request ends processes that have only begun to start.
        if session.request.asked and isinstance(problem, BrokenExecutor):
            return _interrupted()
        if session.debug:
            raise
        complain(
            f"internal error ({type(problem).__name__}); "
            f"calcsight --debug {' '.join(words[:1])} ... shows where"
        )
        return ExitStatus.INTERNAL
    return _interrupted() if status is ExitStatus.INTERRUPTED else status


def _interrupted() -> ExitStatus:
    """Say that the run was ended from outside."""
    complain("interrupted; files already complete were kept")
    return ExitStatus.INTERRUPTED


def _print_version(asked: bool) -> None:
    """Print the version and end."""
    if asked:
        tell(SOFTWARE)
        raise typer.Exit


def _before_any_command(
    context: typer.Context,
    debug: Annotated[
        bool, typer.Option("--debug", help="Show the traceback of an internal error.")
    ] = False,
    version: Annotated[
        bool,
        typer.Option(
            "--version",
            help="Print the version.",
            is_eager=True,
            callback=_print_version,
        ),
    ] = False,
) -> None:
    """Take the flags that stand before the command."""
    del version
    context.obj.debug = debug


def _hush() -> None:
    """Keep foreign libraries from printing what may stand in a header."""
    from calcsight.batch.hushing import hush  # noqa: PLC0415

    hush()
