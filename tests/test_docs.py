"""The documentation says what the code says: nothing missing, nothing left over."""

import json
import re
import tomllib
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import pytest
import typer

from calcsight.batch.simulating import PhantomFormat, simulate
from calcsight.batch.simulating_series import simulate_dates
from calcsight.cli.command_line import command_line
from calcsight.cli.exit_status import STATUS_OF, ExitStatus
from calcsight.models.shipped import DEFAULT_DESCRIBER, DEFAULT_MODEL, DESCRIBERS, SHIPPED
from calcsight.terms.comparison import NotComparable
from calcsight.terms.errors import error_classes
from calcsight.terms.follow_up import FollowUpSettings
from calcsight.terms.group import GroupRule
from calcsight.terms.limitation import Limitation
from calcsight.terms.reading import INTENDED_USE
from calcsight.terms.settings import Settings

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
PAGES = [*sorted(DOCS.glob("*.md")), ROOT / "README.md", ROOT / "CHANGELOG.md"]
RESULTS = DOCS / "results"
LINKED = [
    *PAGES,
    *sorted(RESULTS.glob("*.md")),
    ROOT / "benchmarks" / "README.md",
    ROOT / "training" / "README.md",
]


def table_rows(page: Path) -> Iterator[list[str]]:
    """Yield the cells of every table row whose first cell is a code."""
    for line in page.read_text(encoding="utf-8").splitlines():
        if line.startswith("| `"):
            yield [cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", line)[1:-1]]


def first_cells(page: Path) -> list[str]:
    return [row[0].strip("`") for row in table_rows(page)]


def leaves(settings: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Yield every setting with its dotted name and default."""
    for entry in fields(settings):
        value = getattr(settings, entry.name)
        if is_dataclass(value):
            yield from leaves(value, f"{path}{entry.name}.")
        else:
            yield f"{path}{entry.name}", value


def test_every_error_code_is_documented_once() -> None:
    assert sorted(first_cells(DOCS / "errors.md")) == sorted(e.code for e in error_classes())


def test_every_limitation_is_documented_with_its_sentence() -> None:
    documented = {row[0].strip("`"): row[1] for row in table_rows(DOCS / "limitations.md")}
    assert documented == {limitation.value: limitation.text for limitation in Limitation}
    assert len(first_cells(DOCS / "limitations.md")) == len(documented)


def test_every_reason_to_tell_no_change_is_documented_with_its_sentence() -> None:
    documented = {(row[0].strip("`"), row[1]) for row in table_rows(DOCS / "output.md")}
    assert {(why.value, why.text) for why in NotComparable} <= documented


def test_every_rule_of_change_is_documented() -> None:
    analysis = DOCS.parent / "src" / "calcsight" / "analysis"
    text = "".join(
        (analysis / name).read_text(encoding="utf-8")
        for name in ("change_rules.py", "group_changes.py")
    )
    codes = set(re.findall(r'code="(\w+)"', text))
    assert {"new_group", "within_bands", "not_shown"} <= codes
    page = (DOCS / "output.md").read_text(encoding="utf-8")
    assert [code for code in sorted(codes) if f"`{code}`" not in page] == []


def test_every_setting_is_documented_with_its_default() -> None:
    documented = {row[0].strip("`"): row[1].strip("`") for row in table_rows(DOCS / "settings.md")}
    of_rules = {f"grouping.rules[].{entry.name}" for entry in fields(GroupRule)}
    defaults = dict(leaves(Settings())) | dict(leaves(FollowUpSettings(), "follow_up."))
    assert set(documented) == set(defaults) | of_rules
    for name, default in defaults.items():
        if isinstance(default, float | int):
            assert float(documented[name]) == default, name
        elif default is None:
            assert documented[name] == "none"
        elif name == "grouping.rules":
            assert documented[name] == "`, `".join(rule.name for rule in default)
        elif isinstance(default, tuple):
            assert tuple(json.loads(documented[name])) == default
        else:
            assert documented[name] == str(default), name


def flags_of(command: Any) -> set[str]:
    """Return the longest name of every flag, and every argument's name in capitals."""
    return {
        max(one.opts, key=len) if one.param_type_name == "option" else (one.metavar or one.name)
        for one in command.params
        if one.name != "help"
    }


def commands_below(name: str, command: Any) -> Iterator[tuple[str, Any]]:
    """Yield a command and, where it is a group, the commands in it."""
    yield name, command
    for below, one in getattr(command, "commands", {}).items():
        yield from commands_below(f"{name} {below}", one)


def test_every_command_and_flag_is_documented_in_its_section() -> None:
    root: Any = typer.main.get_command(command_line())
    with_help = {name: flags_of(command) for name, command in commands_below("calcsight", root)}
    text = (DOCS / "cli.md").read_text(encoding="utf-8")
    documented = {
        section.partition("\n")[0].strip(): set(re.findall(r"^\| `([^`]+)` \|", section, re.M))
        for section in re.split(r"^## ", text, flags=re.M)[1:]
    }
    expected = {
        name: {flag if flag.startswith("-") else flag.upper() for flag in flags}
        for name, flags in with_help.items()
    }
    assert documented == expected


def test_the_exit_status_of_every_error_is_documented() -> None:
    refused = {str(int(ExitStatus.SOME_REFUSED)), str(int(ExitStatus.NONE_READABLE))}
    for code, statuses, *_ in table_rows(DOCS / "errors.md"):
        [error] = [one for one in error_classes() if one.code == code.strip("`")]
        expected = {str(int(STATUS_OF[error]))}
        assert set(statuses.split(" or ")) == (expected if expected - refused else refused), code


def test_every_exit_status_is_documented() -> None:
    text = (DOCS / "errors.md").read_text(encoding="utf-8")
    assert {int(number) for number in re.findall(r"^\| (\d+) \|", text, re.M)} == set(ExitStatus)


def test_the_rings_of_the_architecture_are_those_that_are_kept() -> None:
    config = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    [contract] = [
        one for one in config["tool"]["importlinter"]["contracts"] if one["type"] == "layers"
    ]
    kept = [re.sub(r"[()]", "", layer) for layer in contract["layers"]]
    drawn = re.split(r"```\n", (DOCS / "architecture.md").read_text(encoding="utf-8"))[1]
    assert [line.partition("  ")[0] for line in drawn.splitlines()] == kept


def anchors(page: Path) -> set[str]:
    """Return what can be linked to within a page: its headings, as GitHub writes them."""
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    headings = re.findall(r"^#+ (.+)$", text, re.M)
    return {re.sub(r"[^\w\- ]", "", one.strip().lower()).replace(" ", "-") for one in headings}


def leads_somewhere(page: Path, target: str) -> bool:
    path, _, anchor = target.partition("#")
    there = page.parent / path if path else page
    return there.exists() and (not anchor or anchor in anchors(there))


@pytest.mark.parametrize("page", LINKED, ids=lambda page: f"{page.parent.name}/{page.name}")
def test_every_link_of_a_page_leads_somewhere(page: Path) -> None:
    targets = re.findall(r"\]\(([^)\s]+)", page.read_text(encoding="utf-8"))
    own = [one for one in targets if not one.startswith(("http://", "https://"))]
    assert not [one for one in own if not leads_somewhere(page, one)]


@pytest.mark.parametrize("name", ["description.md", "matching.md"])
@pytest.mark.parametrize("kind", ["judge", "describer"])
def test_a_page_of_results_is_of_the_models_that_ship(name: str, kind: str) -> None:
    shipped, usual = {
        "judge": (SHIPPED, DEFAULT_MODEL),
        "describer": (DESCRIBERS, DEFAULT_DESCRIBER),
    }[kind]
    text = (RESULTS / name).read_text(encoding="utf-8")
    named = re.findall(rf"\b{kind} (\S+) \(([0-9a-f]{{12}})\)", text)
    assert set(named) == {(usual, shipped[usual][:12])}, "measure the page again"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_no_page_calls_a_reading_negative_or_normal(page: Path) -> None:
    text = page.read_text(encoding="utf-8").lower()
    assert not re.findall(
        r"(reading|breast|woman|exam|view)s? (?:is|are) (?:negative|normal)", text
    )


def test_the_readme_states_the_intended_use() -> None:
    text = " ".join((ROOT / "README.md").read_text(encoding="utf-8").split())
    assert INTENDED_USE in text


def blocks(page: Path, language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)


@pytest.fixture(scope="module")
def beside_an_exam(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder that holds the simulated exam as `exam`, and two of `woman`."""
    folder = tmp_path_factory.mktemp("docs")
    simulate_dates(folder / "woman", PhantomFormat.DICOM, 1, 2, False, lambda _: None)
    simulate(folder / "exam", PhantomFormat.DICOM, 1, False, lambda _: None)
    return folder


WITH_PYTHON = [page for page in PAGES if blocks(page, "python")]


@pytest.mark.parametrize("page", WITH_PYTHON, ids=lambda page: page.name)
def test_the_python_of_a_page_runs(
    page: Path, beside_an_exam: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(beside_an_exam)
    for block in blocks(page, "python"):
        exec(compile(block, page.name, "exec"), {})


def test_the_example_of_the_readme_says_what_it_promises(
    beside_an_exam: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(beside_an_exam)
    [example] = blocks(ROOT / "README.md", "python")
    exec(compile(example, "README.md", "exec"), {})
    said = capsys.readouterr().out
    assert "group 1: " in said
    assert Limitation.MASSES_NOT_READ.text in said


def test_the_settings_file_of_the_page_is_one() -> None:
    [example] = blocks(DOCS / "settings.md", "toml")
    assert Settings.from_mapping(tomllib.loads(example)) != Settings()


def test_the_changelog_has_a_readings_heading_in_its_first_section() -> None:
    sections = re.split(r"^## ", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), flags=re.M)
    assert re.search(r"^### Readings$", sections[1], flags=re.M)
