"""`calcsight claims`: the list, one in full, what is like nothing."""

import json

import pytest

from calcsight.cli import main
from calcsight.cli.exit_status import ExitStatus
from calcsight.knowledge.claims import load_claims
from calcsight.terms.claim import Verdict

Captured = pytest.CaptureFixture[str]


def test_all_claims_are_listed_one_a_line(capsys: Captured) -> None:
    assert main(["claims"]) == ExitStatus.READ
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == list(load_claims()[0])


@pytest.mark.parametrize("verdict", Verdict)
def test_a_verdict_and_words_choose(verdict: Verdict, capsys: Captured) -> None:
    main(["claims", "--verdict", verdict.value, "--json"])
    shown = json.loads(capsys.readouterr().out)["claims"]
    assert [one["id"] for one in shown] == [
        one.id for one in load_claims()[0].values() if one.verdict is verdict
    ]
    assert shown


def test_every_word_must_be_held_and_the_source_too(capsys: Captured) -> None:
    main(["claims", "AMORPHOUS", "linear", "--source", "oligane", "--json"])
    shown = json.loads(capsys.readouterr().out)["claims"]
    assert [one["id"] for one in shown] == ["oligane-2018.amorphous-linear"]


def test_one_id_is_printed_in_full_with_what_contradicts_it(capsys: Captured) -> None:
    assert main(["claims", "oligane-2018.amorphous"]) == ExitStatus.READ
    said = capsys.readouterr().out
    claim = load_claims()[0]["oligane-2018.amorphous"]
    for part in (claim.statement, claim.source, claim.address, claim.note, claim.population):
        assert part in said
    assert "10.5 % (52 of 497; 95 % interval 7.9 to 13.5 %)" in said
    assert claim.conflicts
    for other in claim.conflicts:
        assert f"    {other}: " in said


def test_json_holds_every_field_and_the_intended_use(capsys: Captured) -> None:
    main(["claims", "rominger-2012.amorphous", "--json"])
    document = json.loads(capsys.readouterr().out)
    [one] = document["claims"]
    assert (one["value"], one["low"], one["high"], one["grade"]) == (27.0, 21.0, 33.0, "A")
    assert document["document"] == "calcsight.claims"
    assert "Not for diagnosis" in document["intended_use"]


def test_nothing_like_it_is_an_empty_answer(capsys: Captured) -> None:
    assert main(["claims", "nothing-is-like-this"]) == ExitStatus.READ
    captured = capsys.readouterr()
    assert not captured.out
    assert "no claim" in captured.err
    main(["claims", "nothing-is-like-this", "--json"])
    assert json.loads(capsys.readouterr().out)["claims"] == []


def test_a_misspelt_id_is_refused_with_those_like_it(capsys: Captured) -> None:
    assert main(["claims", "rominger-2012.amorphus"]) == ExitStatus.USAGE
    captured = capsys.readouterr()
    assert "rominger-2012.amorphous" in captured.err
    assert not captured.out


def test_a_verdict_that_is_none_is_refused(capsys: Captured) -> None:
    assert main(["claims", "--verdict", "true"]) == ExitStatus.USAGE
    assert not capsys.readouterr().out
