"""The pages for a hospital's administrator hold together: files, ports, titles and commands."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import typer

from calcsight.cli.command_line import command_line
from calcsight.node.configuration import node_settings
from calcsight.terms.reading import INTENDED_USE

DOCS = Path(__file__).parents[2] / "docs"
PAGES = [DOCS / name for name in ("walk-through.md", "conformance.md", "dicomweb.md", "node.md")]


def blocks(page: Path, language: str) -> list[str]:
    text = page.read_text(encoding="utf-8")
    found = re.findall(r"^```(\w*)\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)
    return [block for named, block in found if named == language]


def test_the_pacs_and_the_node_of_the_walk_through_know_each_other(tmp_path: Path) -> None:
    page = DOCS / "walk-through.md"
    [pacs] = [json.loads(one) for one in blocks(page, "json")]
    [toml] = blocks(page, "toml")
    (tmp_path / "node.toml").write_text(toml, encoding="utf-8")
    node = node_settings(tmp_path / "node.toml")
    known = pacs["DicomModalities"]
    assert known["calcsight"] == [node.ae_title, node.address, node.port]
    [peer] = node.peers
    assert (peer.ae_title, peer.port) == (pacs["DicomAet"], pacs["DicomPort"])
    assert [one.ae_title for one in node.callers] == [pacs["DicomAet"]]
    assert (pacs["RemoteAccessAllowed"], pacs["DicomCheckModalityHost"]) == (False, True)
    assert 'SendToModality(instanceId, "calcsight")' in blocks(page, "lua")[0]
    commands = "".join(blocks(page, ""))
    assert f"-aec {pacs['DicomAet']} 127.0.0.1 {pacs['DicomPort']}" in commands
    assert "-aet MAMMO1" in commands
    assert "MAMMO1" in known["mammo1"]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_of_a_page_exists_with_its_flags(page: Path) -> None:
    lines = "".join(blocks(page, "")).replace("\\\n", " ").splitlines()
    said = [line.split() for line in lines if line.startswith("calcsight ")]
    assert said or page.name in ("conformance.md", "node.md")
    for words in said:
        command: Any = typer.main.get_command(command_line())
        rest = words[1:]
        while hasattr(command, "commands"):
            command = command.commands[rest.pop(0)]
        flags = {one for parameter in command.params for one in parameter.opts}
        assert {one for one in rest if one.startswith("--")} <= flags, words


@pytest.mark.parametrize("page", PAGES[:3], ids=lambda page: page.name)
def test_the_pages_state_the_intended_use(page: Path) -> None:
    assert INTENDED_USE in " ".join(page.read_text(encoding="utf-8").split())
