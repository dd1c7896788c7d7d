"""The page on following a finding says what the rules say."""

import re
from contextlib import redirect_stdout
from io import StringIO

from docs.following_tables import PAGE, TABLES
from docs.made_tables import filled_in

from calcsight.pathway.moves import MOVES
from calcsight.terms.finding_state import Event, FindingState

TEXT = PAGE.read_text(encoding="utf-8")


def test_every_table_is_as_the_rules_make_it() -> None:
    assert set(re.findall(r"<!-- (\w+) -->", TEXT)) == {*TABLES, "end"}
    assert filled_in(TEXT, TABLES) == TEXT, "run python -m docs.following_tables"


def test_a_table_that_says_otherwise_is_found() -> None:
    changed = TEXT.replace("| `seen` | stays |", "| `seen` | closed |", 1)
    assert changed != TEXT
    assert filled_in(changed, TABLES) == TEXT


def test_every_arrow_of_the_picture_is_a_move_and_every_state_is_in_it() -> None:
    [picture] = re.findall(r"```mermaid\n(.*?)```", TEXT, re.DOTALL)
    arrows = re.findall(r"^    (\w+) --> (\w+): (\w+)$", picture, re.MULTILINE)
    assert len(arrows) == picture.count("-->") - 1
    for before, after, event in arrows:
        assert MOVES[FindingState(before)][Event(event)] is FindingState(after)
    assert {name for arrow in arrows for name in arrow[:2]} == set(FindingState)


def test_the_python_of_the_page_prints_what_it_promises() -> None:
    [example] = re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL)
    promised = example.rpartition("  # ")[2].strip()
    said = StringIO()
    with redirect_stdout(said):
        exec(compile(example, PAGE.name, "exec"), {})
    assert said.getvalue().strip() == promised
