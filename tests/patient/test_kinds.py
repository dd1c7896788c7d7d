"""Kinds: the order of safety, a rule on red flags above all, and files that are refused."""

from collections.abc import Mapping
from copy import deepcopy
from itertools import product
from typing import Any

import pytest

from calcsight.patient.alike import Alike
from calcsight.patient.kinds import SIGNS, TOLD, KindWeights, kind_of, load_kinds, signs_of
from calcsight.patient.rule_files import rule_document
from calcsight.terms.errors import GuidanceError
from calcsight.terms.patient_answer import AnswerKind

RULES = ("rule_red_flag", "rule_personal", "rule_never_covered", "rule_off_topic")
# What each kind is told by: more of it never makes it less probable.
OWN = {
    AnswerKind.RED_FLAG: ("red_flag", "rule_red_flag"),
    AnswerKind.PERSONAL: ("personal", "rule_personal"),
    AnswerKind.OUT_OF_SCOPE: ("outside", "rule_never_covered", "rule_off_topic"),
}


def signs(**given: float) -> dict[str, float]:
    """Return signs, those that are not given at none."""
    return dict.fromkeys(SIGNS, 0.0) | given


def always(holds: bool) -> KindWeights:
    """Return weights by which a kind is always told, or never."""
    return KindWeights(weights={}, shift=1.0 if holds else -1.0, bar=0.5)


def test_the_order_is_red_flag_personal_out_of_scope() -> None:
    assert TOLD == (AnswerKind.RED_FLAG, AnswerKind.PERSONAL, AnswerKind.OUT_OF_SCOPE)


@pytest.mark.parametrize("held", list(product([False, True], repeat=3)))
def test_the_first_kind_that_holds_is_told(held: tuple[bool, ...]) -> None:
    weights = {kind: always(one) for kind, one in zip(TOLD, held, strict=True)}
    first = next((kind for kind, one in zip(TOLD, held, strict=True) if one), AnswerKind.ANSWER)
    assert kind_of(signs(), weights) is first


@pytest.mark.parametrize("likeness", list(product([-5.0, 0.0, 5.0], repeat=5)))
def test_a_rule_on_red_flags_is_believed_whatever_a_question_is_like(
    likeness: tuple[float, ...],
) -> None:
    said = dict(zip(SIGNS[:5], likeness, strict=True))
    said |= dict.fromkeys(RULES, 1.0)
    assert kind_of(signs(**said), load_kinds()) is AnswerKind.RED_FLAG
    never = {kind: always(False) for kind in TOLD}
    assert kind_of(signs(**said), never) is AnswerKind.RED_FLAG


@pytest.mark.parametrize("kind", TOLD)
def test_more_of_its_own_signs_never_makes_a_kind_less_probable(kind: AnswerKind) -> None:
    weights = load_kinds()[kind]
    for name in OWN[kind]:
        rising = [weights.probability(signs(**{name: at / 4})) for at in range(9)]
        assert rising == sorted(rising), name
        assert rising[0] < rising[-1]


def test_more_likeness_to_an_entry_never_makes_a_refusal_more_probable() -> None:
    for weights in load_kinds().values():
        falling = [weights.probability(signs(inside=at / 4, best=at / 4)) for at in range(9)]
        assert falling == sorted(falling, reverse=True)


def test_a_probability_is_that_of_the_logistic_formula_and_never_overflows() -> None:
    weights = KindWeights(weights={"personal": 2.0, "outside": -1.0}, shift=0.5, bar=0.5)
    assert weights.probability({"personal": 1.0, "outside": 2.5}) == 0.5
    assert weights.holds({"personal": 1.0, "outside": 2.5})
    assert weights.probability({"personal": 1e9, "outside": 0.0}) == pytest.approx(1)
    assert weights.probability({"personal": -1e9, "outside": 0.0}) == pytest.approx(0)


def test_a_miss_that_would_harm_more_has_the_lower_bar() -> None:
    bars = [load_kinds()[kind].bar for kind in TOLD]
    assert max(bars[:2]) < bars[2] <= 0.5


def test_signs_are_those_of_likeness_and_rules() -> None:
    like = Alike(symptom=0.1, despair=0.2, personal=0.3, outside=0.4, entries={"a": 0.5, "b": 0.1})
    found = signs_of(like, {**dict.fromkeys(RULES, False), "rule_personal": True})
    assert set(found) == set(SIGNS)
    assert found["red_flag"] == pytest.approx(0.3)
    assert found["inside"] == pytest.approx(0.6)
    assert found["best"] == 0.5
    assert (found["rule_personal"], found["rule_off_topic"]) == (1.0, 0.0)


@pytest.mark.parametrize(
    "change",
    [
        lambda top: top.pop("personal"),
        lambda top: top["personal"].pop("bar"),
        lambda top: top["personal"].pop("outside"),
        lambda top: top["red_flag"].update(more=1.0),
        lambda top: top["red_flag"].update(shift="much"),
        lambda top: top.update(fifth={}),
    ],
)
def test_a_file_that_lacks_a_sign_or_has_another_is_refused(
    change: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    changed: Mapping[str, Any] = deepcopy(dict(rule_document("kinds")))
    change(changed)
    monkeypatch.setattr("calcsight.patient.kinds.rule_document", lambda _: changed)
    with pytest.raises(GuidanceError, match="kinds"):
        load_kinds.__wrapped__()
