"""The errors tree: stable codes, whole messages, and passage through a process boundary."""

import copy
import pickle
import re

import pytest

from calcsight.terms import errors
from calcsight.terms.errors import CalcsightError, InputRefused, SpacingError, error_classes

EVERY = error_classes()


def drawn_tree() -> dict[str, tuple[str, int]]:
    """Code and depth of every class in the drawing at the top of the module."""
    drawn = {}
    for line in (errors.__doc__ or "").splitlines():
        match = re.match(r"^ {4}([| `-]*)(\w+) +(\w+)$", line)
        if match:
            drawn[match[2]] = (match[3], len(match[1]) // 4)
    return drawn


def test_the_drawing_is_the_tree() -> None:
    depths = {one.__name__: len(one.__mro__) - len(CalcsightError.__mro__) for one in EVERY}
    assert drawn_tree() == {one.__name__: (one.code, depths[one.__name__]) for one in EVERY}


def test_root_comes_first_and_no_class_twice() -> None:
    assert EVERY[0] is CalcsightError
    assert len(set(EVERY)) == len(EVERY)


def test_codes_are_unique_and_plain() -> None:
    codes = [one.code for one in EVERY]
    assert len(set(codes)) == len(codes)
    assert all(re.fullmatch(r"[a-z_]+", code) for code in codes)


def test_a_message_says_what_was_found_needed_and_to_do() -> None:
    problem = SpacingError("a pitch of 0 mm", "more than 0 mm", "state the spacing")
    assert str(problem) == "a pitch of 0 mm; needed: more than 0 mm; to do: state the spacing"
    assert (problem.found, problem.needed, problem.advice) == (
        "a pitch of 0 mm",
        "more than 0 mm",
        "state the spacing",
    )


def test_a_message_has_no_empty_parts() -> None:
    assert str(CalcsightError("a file")) == "a file"
    assert str(CalcsightError("a file", advice="move it")) == "a file; to do: move it"


@pytest.mark.parametrize("error_class", EVERY, ids=lambda one: one.code)
@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_every_error_crosses_a_process_boundary(
    error_class: type[CalcsightError], protocol: int
) -> None:
    problem = error_class("found", "needed", "advice")
    for same in (pickle.loads(pickle.dumps(problem, protocol)), copy.copy(problem)):
        assert type(same) is error_class
        assert str(same) == str(problem)
        assert (same.found, same.needed, same.advice) == ("found", "needed", "advice")


def test_a_wrong_spacing_refuses_one_input_and_not_the_run() -> None:
    assert issubclass(SpacingError, InputRefused)
    assert issubclass(SpacingError, CalcsightError)
