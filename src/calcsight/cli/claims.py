"""`calcsight claims`: every clinical number that the software can print."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from difflib import get_close_matches
from typing import Annotated

import typer

from calcsight.cli.console import complain, tell
from calcsight.cli.options import AsJson, a_word
from calcsight.terms.claim import Claim, Verdict
from calcsight.terms.errors import GuidanceError
from calcsight.terms.reading import INTENDED_USE
from calcsight.terms.version import SOFTWARE, VERSION


def claims(
    words: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="WORD...",
            show_default=False,
            help="The id of one claim, which is then printed in full with what contradicts it; "
            "or words that a claim must all hold.",
        ),
    ] = None,
    verdict: Annotated[
        Verdict | None,
        typer.Option("--verdict", show_default=False, help="Only claims judged like this."),
    ] = None,
    source: Annotated[
        str | None,
        typer.Option(
            "--source",
            parser=a_word,
            metavar="TEXT",
            show_default=False,
            help="Only claims of this source.",
        ),
    ] = None,
    as_json: AsJson = False,
) -> int:
    """List the clinical numbers that calcsight can print, each with its source and verdict."""
    from calcsight.knowledge.claims import load_claims  # noqa: PLC0415 - help must not wait

    register, _ = load_claims()
    asked = words or []
    found = [
        claim
        for claim in register.values()
        if _holds(claim, asked)
        and verdict in (None, claim.verdict)
        and (source or "").casefold() in claim.source.casefold()
    ]
    exact = next((claim for claim in found if asked == [claim.id]), None)
    shown = [exact] if exact else found
    if not shown:
        _refuse_misspelt_id(asked, register)
        complain("no claim is like that; calcsight claims lists all")
    if as_json:
        _tell_json(shown)
    elif exact:
        _tell_in_full(exact, register)
    elif shown:
        _tell_table(shown)
    return 0


def _holds(claim: Claim, words: Sequence[str]) -> bool:
    """Tell whether a claim holds every word, in any of its own texts."""
    own = {**asdict(claim), "conflicts": ()}
    texts = " ".join(str(value) for value in own.values()).casefold()
    return all(word.casefold() in texts for word in words)


def _refuse_misspelt_id(words: Sequence[str], register: Mapping[str, Claim]) -> None:
    """Refuse what is written like an id and is none."""
    if len(words) == 1 and "." in words[0] and words[0] not in register:
        near = get_close_matches(words[0], register, n=3)
        raise GuidanceError(
            f"no claim {words[0][:80]!r}",
            f"an id such as {', '.join(near)}" if near else "the id of a claim",
            "calcsight claims lists all",
        )


def _tell_json(shown: Sequence[Claim]) -> None:
    """Print claims as one document."""
    from calcsight.reports.json_text import json_text  # noqa: PLC0415

    document = {
        "document": "calcsight.claims",
        "software": SOFTWARE,
        "version": VERSION,
        "intended_use": INTENDED_USE,
        "claims": [asdict(claim) for claim in shown],
    }
    tell(json_text(document).rstrip())


def _tell_table(shown: Sequence[Claim]) -> None:
    """Print one line for each claim."""
    from calcsight.knowledge.filling import amount  # noqa: PLC0415

    id_width = max(len(claim.id) for claim in shown)
    amount_width = max(len(amount(claim)) for claim in shown)
    for claim in shown:
        tell(
            f"{claim.id:<{id_width}}  {amount(claim):>{amount_width}}  "
            f"{claim.grade}  {claim.verdict.value.replace('_', ' '):<11}  {claim.statement}"
        )


def _tell_in_full(claim: Claim, register: Mapping[str, Claim]) -> None:
    """Print everything about one claim."""
    from calcsight.knowledge.filling import amount, in_full  # noqa: PLC0415

    tell(claim.id)
    tell(f"  {claim.statement}")
    facts = {
        "number": in_full(claim),
        "interval": claim.interval,
        "population": claim.population,
        "stage": claim.stage,
        "horizon": claim.horizon,
        "n": "not stated" if claim.n is None else f"{claim.n:,}",
        "source": claim.source,
        "address": claim.address,
        "date": claim.date,
        "grade": f"{claim.grade}: {claim.grade.words}",
        "verdict": claim.verdict.value.replace("_", " "),
        "note": claim.note or "none",
    }
    for name, said in facts.items():
        tell(f"  {name + ':':<12}{said}")
    tell(f"  conflicts:  {'none known' if not claim.conflicts else ''}".rstrip())
    for other in claim.conflicts:
        tell(f"    {other}: {amount(register[other])}; {register[other].source}")
