"""What is done may go after a time; what was not read, or did not arrive, never does."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.node.received import Folder

from calcsight.dicom.mg_header import hashed_uid
from calcsight.node.commitments import COMMITMENTS, Asked, asked_before
from calcsight.node.configuration import NodeSettings
from calcsight.node.housekeeping import Removing, remove_done
from calcsight.records.entries import Entry, EntryKind, EntryState
from calcsight.records.queue import Queue

STUDY = hashed_uid("study")
DAY = 86_400.0


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(NodeSettings(folder=tmp_path / "node", keep_days=30))


@pytest.fixture
def queue(folder: Folder) -> Iterator[Queue]:
    with folder.queue() as queue:
        yield queue


def files(folder: Folder) -> list[str]:
    places = (folder.settings.folder / name for name in ("instances", "results"))
    return [path.name for place in places for path in place.rglob("*")]


def done_study(folder: Folder, queue: Queue) -> dict[EntryKind, Entry]:
    """Receive a study, and close everything that follows as if it had been read and sent."""
    folder.receive_view(queue, "a")
    name: dict[str, Any] = {"study_uid": STUDY, "version": 1}
    for entry in (
        Entry(kind=EntryKind.READING, uid=STUDY, **name),
        Entry(kind=EntryKind.DELIVERY, uid="1.2.3", peer="pacs", **name),
    ):
        queue.note(entry)
    result = folder.settings.folder / "results" / STUDY / "1" / "sr.dcm"
    result.parent.mkdir(parents=True)
    result.write_bytes(b"DICM")
    entries = {one.kind: one for one in queue.entries()}
    for one in entries.values():
        queue.finish(one, EntryState.DONE)
    return entries


def test_a_study_that_is_done_goes_after_its_days(folder: Folder, queue: Queue) -> None:
    done_study(folder, queue)
    folder.clock.later(30 * DAY)
    assert remove_done(queue, folder.settings, folder.clock) == ()
    folder.clock.later(1)
    assert remove_done(queue, folder.settings, folder.clock) == (STUDY,)
    assert files(folder) == []
    assert queue.entries() == ()


def test_requests_for_commitment_go_when_they_were_reported_on(
    folder: Folder, queue: Queue
) -> None:
    asked = Asked(transaction_uid="1.2.9", references=(("1.2.3", "1.2.4"),))
    for caller in ("A", "B"):
        (folder.settings.folder / COMMITMENTS).mkdir(exist_ok=True)
        asked.write(folder.settings.folder, caller)
        queue.note(asked.entry(caller))
    [first, second] = queue.entries(EntryKind.COMMITMENT)
    file = folder.settings.folder / first.file
    queue.finish(first, EntryState.DONE)
    folder.clock.later(31 * DAY)
    remove_done(queue, folder.settings, folder.clock)
    assert queue.entries(EntryKind.COMMITMENT) == (second,)
    assert asked_before(folder.settings.folder, second) == asked
    queue.finish(second, EntryState.DONE)
    folder.clock.later(31 * DAY)
    remove_done(queue, folder.settings, folder.clock)
    assert queue.entries() == ()
    assert not file.exists()


def test_nothing_goes_unless_it_is_asked_for(folder: Folder, queue: Queue) -> None:
    folder.settings = replace(folder.settings, keep_days=0)
    done_study(folder, queue)
    folder.clock.later(10_000 * DAY)
    assert remove_done(queue, folder.settings, folder.clock) == ()
    assert len(files(folder)) == 5


@pytest.mark.parametrize("kind", [EntryKind.INSTANCE, EntryKind.READING, EntryKind.DELIVERY])
@pytest.mark.parametrize("state", [one for one in EntryState if one is not EntryState.DONE])
def test_what_is_not_done_keeps_its_study(
    kind: EntryKind, state: EntryState, folder: Folder, queue: Queue
) -> None:
    queue.finish(done_study(folder, queue)[kind], state)
    folder.clock.later(100 * DAY)
    assert remove_done(queue, folder.settings, folder.clock) == ()
    assert "sr.dcm" in files(folder)
    assert len(queue.entries()) == 3


def test_an_image_that_no_reading_holds_keeps_its_study(folder: Folder, queue: Queue) -> None:
    done_study(folder, queue)
    queue.finish(folder.receive_view(queue, "late"), EntryState.DONE)
    folder.clock.later(100 * DAY)
    assert remove_done(queue, folder.settings, folder.clock) == ()


def test_a_kill_while_files_are_removed_is_made_good(
    folder: Folder, queue: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    done_study(folder, queue)
    folder.clock.later(100 * DAY)

    def killed(self: Queue, entries: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Queue, "forget", killed)
        with pytest.raises(KeyboardInterrupt):
            remove_done(queue, folder.settings, folder.clock)
    assert len(queue.entries()) == 3
    assert remove_done(queue, folder.settings, folder.clock) == (STUDY,)
    assert queue.entries() == ()


def test_it_is_looked_for_once_an_hour(folder: Folder, queue: Queue) -> None:
    never: Callable[[], bool] = bool
    removing = Removing(queue, folder.settings, folder.clock)
    assert not removing.turn(never)
    done_study(folder, queue)
    folder.clock.later(31 * DAY)
    assert not removing.turn(never)
    assert queue.entries() == ()
    done_study(folder, queue)
    folder.settings = replace(folder.settings, keep_days=1)
    assert not removing.turn(never)
    assert len(queue.entries()) == 3
