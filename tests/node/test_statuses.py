"""Every error has a DICOM status and a state."""

import re
from pathlib import Path

from calcsight.node.statuses import (
    COMMENTS,
    STANDING_OF,
    StoreStatus,
    answer,
    state_after,
    store_status_of,
)
from calcsight.records.entries import EntryState
from calcsight.terms.errors import (
    NetworkError,
    NotAMammogramError,
    QueueError,
    error_classes,
)


def test_no_error_is_without_a_status() -> None:
    assert set(STANDING_OF) == set(error_classes())


def test_no_error_is_success_or_done() -> None:
    assert all(status is not StoreStatus.SUCCESS for status, _ in STANDING_OF.values())
    states = {state for _, state in STANDING_OF.values()}
    assert states == {EntryState.WAITING, EntryState.REFUSED, EntryState.FAILED}


def test_what_time_may_mend_waits_and_what_it_cannot_is_refused() -> None:
    assert state_after(NetworkError("gone")) is EntryState.WAITING
    assert store_status_of(QueueError("full")) is StoreStatus.OUT_OF_RESOURCES
    assert state_after(NotAMammogramError("a chest")) is EntryState.REFUSED


def test_every_refusal_says_why_in_a_comment_that_dicom_can_hold() -> None:
    assert set(COMMENTS) == set(StoreStatus) - {StoreStatus.SUCCESS}
    for status in StoreStatus:
        said = answer(status)
        assert said.Status == status
        assert len(said.get("ErrorComment", "")) <= 64


def test_every_status_is_documented() -> None:
    page = (Path(__file__).parents[2] / "docs" / "node.md").read_text(encoding="utf-8")
    section = page.partition("## Receiving")[2].partition("\n## ")[0]
    documented = {int(one, 16) for one in re.findall(r"^\| ([0-9A-F]{4}) \|", section, re.M)}
    assert documented == set(StoreStatus)
