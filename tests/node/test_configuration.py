"""The file of a node: every key documented, nothing ignored, nothing out of range."""

import json
import re
import tomllib
from dataclasses import MISSING, fields, is_dataclass
from pathlib import Path
from types import NoneType
from typing import Any, get_args, get_type_hints

import pytest

import calcsight.node
from calcsight.node.configuration import NodeSettings, Peer, ReadIntent, node_settings
from calcsight.node.settings_ranges import RANGES
from calcsight.terms.errors import SettingsError
from calcsight.terms.mammogram import Laterality, View

PAGE = Path(__file__).parents[2] / "docs" / "node.md"
EXAMPLE = Path(calcsight.node.__file__).parent / "example.toml"


def keys_of(cls: Any, path: str = "") -> dict[str, Any]:
    """Return every key of the file with its default; MISSING = required."""
    found: dict[str, Any] = {}
    for one in fields(cls):
        hint = get_type_hints(cls)[one.name]
        inner = next((arg for arg in get_args(hint) if is_dataclass(arg)), None)
        if inner is not None:
            found |= keys_of(inner, f"{path}{one.name}[].")
        elif is_dataclass(hint):
            found |= keys_of(hint, f"{path}{one.name}.")
        else:
            found[f"{path}{one.name}"] = one.default
    return found


def documented() -> dict[str, list[str]]:
    rows = re.findall(r"^\| `([^`]+)` \|(.*)\|$", PAGE.read_text(encoding="utf-8"), re.M)
    return {
        key: [cell.strip() for cell in rest.split("|")]
        for key, rest in rows
        if key in keys_of(NodeSettings) or "." in key
    }


def written(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def refused(tmp_path: Path, text: str) -> str:
    with pytest.raises(SettingsError) as caught:
        node_settings(written(tmp_path / "node.toml", text))
    return str(caught.value)


def test_every_key_is_documented_with_its_default() -> None:
    keys = keys_of(NodeSettings)
    assert set(documented()) == set(keys)
    for key, (default, *_) in documented().items():
        expected = keys[key]
        if expected is MISSING:
            assert default == "required", key
        elif expected is None:
            assert default == "none", key
        elif isinstance(expected, tuple):
            assert tuple(json.loads(default.strip("`"))) == expected, key
        else:
            said = default.strip("`")
            assert (said.strip('"') if isinstance(expected, str) else json.loads(said)) == expected


def test_every_range_is_documented_and_kept(tmp_path: Path) -> None:
    for key, (low, high) in RANGES.items():
        assert documented()[key][1] == f"{low:g} to {int(high)}", key
        *table, name = key.split(".")
        whole = not name.endswith(("seconds", "gb", "mb"))
        beyond = (low - 1, high + 1) if whole else (low * 0.99, high * 1.01, float("nan"))
        for value in beyond:
            said = f"{value:.0f}" if whole else repr(float(value))
            lines = {
                "": f"{name} = {said}",
                "peers[]": f'[[peers]]\nname = "a"\nae_title = "A"\naddress = "b"\n{name} = {said}',
            }
            where = table[0] if table else ""
            text = lines.get(where, f"[{where}]\n{name} = {said}")
            assert key in refused(tmp_path, f'folder = "x"\n{text}\n')


def test_the_example_states_every_key_and_is_a_node() -> None:
    settings = node_settings(EXAMPLE)
    assert settings.folder == EXAMPLE.parent / "calcsight-node"
    text = EXAMPLE.read_text(encoding="utf-8")
    # What is commented out has no default; with it, the file names every key there is.
    whole = tomllib.loads(re.sub(r"^# (\w+ = )", r"\1", text, flags=re.M))

    def stated(said: Any, path: str = "") -> set[str]:
        found: set[str] = set()
        for key, value in said.items():
            if isinstance(value, dict):
                found |= stated(value, f"{path}{key}.")
            elif isinstance(value, list) and value and isinstance(value[0], dict):
                found |= {name for one in value for name in stated(one, f"{path}{key}[].")}
            else:
                found.add(f"{path}{key}")
        return found

    assert stated(whole) == set(keys_of(NodeSettings))


def test_the_least_file_is_a_folder(tmp_path: Path) -> None:
    settings = node_settings(written(tmp_path / "node.toml", 'folder = "here"'))
    assert settings == NodeSettings(folder=tmp_path / "here")
    assert settings.queue_file == tmp_path / "here" / "queue.sqlite"
    assert settings.on_loopback


def test_words_become_what_they_mean(tmp_path: Path) -> None:
    text = """
        folder = "here"
        read_intent = "processing"
        results = ["sr", "seg"]
        expected_views = ["L CC", "R MLO"]
        quiet_seconds = 5
        [[peers]]
        name = "pacs"
        ae_title = "PACS"
        address = "pacs.example"
        port = 104
        """
    settings = node_settings(written(tmp_path / "node.toml", text))
    assert settings.read_intent is ReadIntent.PROCESSING
    assert settings.views_expected == {
        (Laterality.LEFT, View.CC),
        (Laterality.RIGHT, View.MLO),
    }
    assert isinstance(settings.quiet_seconds, float)
    assert settings.peer("pacs") == Peer(
        name="pacs", ae_title="PACS", address="pacs.example", port=104
    )
    assert settings.peer("other") is None


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "no folder"),
        ('folder = "x"\nfoldr = "y"', "unknown setting 'foldr'"),
        ('folder = "x"\n[limits]\nstore = 1', "unknown setting 'limits.store'"),
        ('folder = "x"\nport = "104"', "port is not a whole number"),
        ('folder = "x"\nport = true', "port is not a whole number"),
        ('folder = "x"\ntomosynthesis = 1', "tomosynthesis is not true or false"),
        ('folder = ""', "folder is no path"),
        ('folder = "x"\nlimits = 3', "limits is no table"),
        ('folder = "x"\npeers = 3', "peers is no list"),
        ('folder = "x"\nresults = ["pdf"]', "results[] = 'pdf'"),
        ('folder = "x"\nresults = []', "results = []"),
        ('folder = "x"\nread_intent = "both"', "read_intent = 'both'"),
        ('folder = "x"\nexpected_views = ["CC"]', "no view"),
        ('folder = "x"\nexpected_views = ["L unknown"]', "no view"),
        ('folder = "x"\nexpected_views = ["L CC", "L CC"]', "same twice"),
        ('folder = "x"\nae_title = "SEVENTEEN CHARS XX"', "ae_title"),
        ('folder = "x"\nae_title = "A\\\\B"', "ae_title"),
        ('folder = "x"\nae_title = " A"', "ae_title"),
        ('folder = "x"\naddress = "0.0.0.0"', "nobody under [[callers]]"),
        ('folder = "x"\naddress = "somewhere"', "address = 'somewhere'"),
        ('folder = "x"\n[[peers]]\nname = "a"', "no peers[].ae_title"),
        ('folder = "x"\n[[callers]]\nae_title = "A"\naddresses = ["10.0.0.1/8"]', "10.0.0.1/8"),
        ('folder = "x"\n[tls]\ncertificate = "a"', "one of certificate and key"),
        ('folder = "x"\n[tls]\nclient_certificate = true', "tls.client_certificate"),
        ('folder = "x"\n[retry]\nfirst_seconds = 9\nmost_seconds = 1', "first_seconds above"),
        ('folder = "x"\n[dicomweb]\nurl = "ftp://x"', "dicomweb.url"),
        ('folder = "x"\n[dicomweb]\nurl = "http://a' + ':b@c"', "'@'"),
        ('folder = "x"\n[dicomweb]\nuser = "a"', "user and password_file"),
        ("folder = ", "no TOML"),
    ],
)
def test_what_cannot_be_is_refused(tmp_path: Path, text: str, complaint: str) -> None:
    assert complaint in refused(tmp_path, text)


def test_a_password_is_never_repeated(tmp_path: Path) -> None:
    said = refused(tmp_path, 'folder = "x"\n[dicomweb]\nurl = "https://me' + ':SECRET@pacs"')
    assert "SECRET" not in said


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="could not be opened"):
        node_settings(tmp_path / "none.toml")


def test_every_field_without_default_type_is_known() -> None:
    # A union holds one type and None, which is what the reader of the file takes.
    for hint in get_type_hints(NodeSettings).values():
        kinds = [one for one in get_args(hint) if one is not NoneType and one is not ...]
        assert len(kinds) <= 1
