"""Likeness: the closed form worked by hand and by numpy, its file, and what it cannot know."""

import io

import numpy as np
import pytest

from calcsight.patient.alike import alike
from calcsight.patient.examples import Example
from calcsight.patient.likeness import Likeness, bare_words, fitted, runs_of
from calcsight.patient.likeness_file import (
    LIKENESS_FILE,
    likeness_bytes,
    likeness_from,
    load_likeness,
)
from calcsight.patient.rule_files import rule_document
from calcsight.terms.errors import GuidanceError
from calcsight.terms.patient_answer import RedFlag
from training.fit_likeness import BARS, PATIENT, solved, texts_digest

RIDGE = 0.5


def examples(*said: tuple[str, str]) -> list[Example]:
    """Return examples of one outcome each."""
    return [Example(text=text, outcomes={outcome: 1.0}) for text, outcome in said]


SMALL = examples(
    ("a new lump", "symptom"),
    ("lump lump here", "symptom"),
    ("why six months", "why"),
    ("what is a biopsy", "what"),
    ("biopsy, and why", "why"),
)


def features_of(text: str, likeness: Likeness) -> np.ndarray:
    """Return the features of a text, worked out run by run."""
    halves = []
    for kind, runs in zip((likeness.letters, likeness.words), runs_of(text), strict=True):
        row = np.array([float(runs[one]) for one in kind.names])
        row[row > 0] = 1 + np.log(row[row > 0])
        row *= kind.rarity
        halves.append(row / (np.linalg.norm(row) or 1.0))
    return np.concatenate(halves)


def test_two_examples_with_nothing_in_common_are_as_worked_by_hand() -> None:
    """Each text has two parts of unit length: its kernel with itself is 2, with the other 0.

    So a text scores 2 / (2 + 0.5) = 0.8 of its own outcome, and 0 of the other.
    """
    likeness = fitted(examples(("bb", "first"), ("dd", "second")))
    assert likeness.outcomes == ("first", "second")
    assert likeness.scores(["bb", "dd"]) == pytest.approx(np.diag([0.8, 0.8]), abs=1e-6)


def test_rarity_is_that_of_the_smoothed_formula() -> None:
    words = fitted(SMALL).words
    rarity = dict(zip(words.names, words.rarity, strict=True))
    assert rarity["lump"] == pytest.approx(1 + np.log(6 / 3))
    assert rarity["lump here"] == pytest.approx(1 + np.log(6 / 2))


def test_the_solution_is_that_of_ridge_regression_by_numpy() -> None:
    """The dual that is solved equals the primal: (X'X + r I)^-1 X'Y."""
    likeness = fitted(SMALL)
    known = np.array([features_of(one.text, likeness) for one in SMALL])
    right = np.array([[one.outcomes.get(name, 0.0) for name in likeness.outcomes] for one in SMALL])
    size = known.T @ known + RIDGE * np.eye(known.shape[1])
    wanted = np.linalg.solve(size, known.T @ right)
    assert likeness.weights == pytest.approx(wanted, abs=1e-5)
    asked = ["is there a lump", "why"]
    by_hand = np.array([features_of(one, likeness) for one in asked]) @ wanted
    assert likeness.scores(asked) == pytest.approx(by_hand, abs=1e-5)


def test_runs_stand_within_words_and_mark_their_ends() -> None:
    letters, words = runs_of("Aá, bé!")
    assert words == {"aa": 1, "be": 1, "aa be": 1}
    runs = (" a", "aa", "a ", " aa", "aa ", " aa ", " b", "be", "e ", " be", "be ", " be ")
    # A word shorter than a run counts whole for it, too.
    assert letters == dict.fromkeys(runs, 1) | {" aa ": 2, " be ": 2}


def test_case_accents_signs_and_long_repeats_do_not_matter() -> None:
    assert bare_words("¡BULTOOOO, Señora!") == ["bultoo", "senora"]
    likeness = fitted(SMALL)
    assert (likeness.scores(["A NEW lúmp?"]) == likeness.scores(["a new lump"])).all()


@pytest.mark.parametrize("text", ["", " \n", "?!", "微钙化", "🙂", "zzq jjf"])
def test_a_text_of_unknown_or_no_words_is_like_nothing(text: str) -> None:
    assert not fitted(SMALL).scores([text]).any()


def test_no_texts_have_no_scores() -> None:
    assert fitted(SMALL).scores([]).shape == (0, 3)


def test_a_question_is_as_like_a_flag_as_its_likest_sentence() -> None:
    outcomes = ("symptom", "despair", "personal", "out_of_scope", "why")
    said = examples(*((f"{one} thing here", one) for one in outcomes))
    likeness = fitted(said)
    mixed = alike(likeness, "why thing here. despair thing here")
    assert mixed.flag is RedFlag.DESPAIR
    assert mixed.despair == pytest.approx(alike(likeness, "despair thing here").despair, abs=1e-6)
    assert set(mixed.entries) == {"why"}


def test_the_same_examples_give_the_same_bytes() -> None:
    assert likeness_bytes(fitted(SMALL)) == likeness_bytes(fitted(SMALL))


def test_the_order_of_examples_does_not_matter() -> None:
    turned = fitted(SMALL[::-1])
    assert turned.weights == pytest.approx(fitted(SMALL).weights, abs=1e-6)


def test_the_file_gives_the_likeness_back_to_half_a_step() -> None:
    likeness = fitted(SMALL)
    again = likeness_from(likeness_bytes(likeness, "a digest"))
    assert again.outcomes == likeness.outcomes
    assert again.words.names == likeness.words.names
    assert again.letters.names == likeness.letters.names
    assert (again.letters.rarity == likeness.letters.rarity).all()
    step = np.abs(likeness.weights).max(axis=0) / 127
    assert (np.abs(again.weights - likeness.weights) <= 0.501 * step).all()
    # What was rounded once is kept as it is: the outcome's largest weight is exact.
    assert likeness_from(likeness_bytes(again)).weights == pytest.approx(again.weights, abs=1e-6)


@pytest.mark.parametrize("content", [b"", b"no archive", likeness_bytes(fitted(SMALL))[:400]])
def test_a_damaged_file_is_refused(content: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    class Folder:
        def joinpath(self, _: str) -> "Folder":
            return self

        def read_bytes(self) -> bytes:
            return content

    monkeypatch.setattr("calcsight.patient.likeness_file.files", lambda _: Folder())
    with pytest.raises(GuidanceError, match="cannot be read"):
        load_likeness.__wrapped__()


def test_what_ships_belongs_to_the_texts_as_they_are() -> None:
    """Else `python -m training.fit_likeness --write` was forgotten."""
    content = (PATIENT / LIKENESS_FILE).read_bytes()
    with np.load(io.BytesIO(content), allow_pickle=False) as held:
        assert str(held["texts"]) == texts_digest()
    kinds = rule_document("kinds")
    assert kinds["texts"] == texts_digest()
    assert {kind.value: kinds[kind.value]["bar"] for kind in BARS} == {
        kind.value: bar for kind, bar in BARS.items()
    }


def test_what_ships_is_what_the_texts_come_to() -> None:
    """Solved again, a quarter of a minute: the file holds no weight from elsewhere."""
    ships, again = load_likeness(), solved()
    assert ships.outcomes == again.outcomes
    for one, other in ((ships.letters, again.letters), (ships.words, again.words)):
        assert one.names == other.names
        np.testing.assert_allclose(one.rarity, other.rarity, rtol=1e-5)
    step = np.abs(again.weights).max(axis=0) / 127
    assert (np.abs(ships.weights - again.weights) <= 0.6 * step).all()
