"""A site's own intervals: what it says, and what is refused."""

from pathlib import Path

import pytest

from calcsight.knowledge.follow_up_file import follow_up_settings_from
from calcsight.terms.errors import SettingsError, UnreadableFileError
from calcsight.terms.follow_up import FollowUpSettings


def test_what_is_said_and_what_is_not(tmp_path: Path) -> None:
    path = tmp_path / "site.toml"
    path.write_text("[follow_up]\nmonths = [4, 12]\nopens_before_months = 0\n", encoding="utf-8")
    found = follow_up_settings_from(path)
    assert found == FollowUpSettings(months=(4, 12), opens_before_months=0)
    path.write_text("", encoding="utf-8")
    assert follow_up_settings_from(path) == FollowUpSettings()


@pytest.mark.parametrize(
    "text",
    [
        "follow_up",
        "follow_up = 3",
        "[grouping]\n",
        "[follow_up]\nmonth = [6]",
        "[follow_up]\nmonths = 6",
        "[follow_up]\nmonths = [12, 6]",
        "[follow_up]\nmonths = [6.5]",
        "[follow_up]\nmonths = []",
        "[follow_up]\noverdue_after_days = [30]",
        "[follow_up]\noverdue_after_days = -1",
        "[follow_up]\nlost_after_months = 'three'",
        "[follow_up]\nlost_after_months = 1",
        "#" * 200_000,
        "\x00\xff",
    ],
)
def test_what_cannot_be_is_refused(text: str, tmp_path: Path) -> None:
    path = tmp_path / "site.toml"
    path.write_bytes(text.encode("latin-1"))
    with pytest.raises(SettingsError):
        follow_up_settings_from(path)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFileError):
        follow_up_settings_from(tmp_path / "none.toml")
