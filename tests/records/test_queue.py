"""The queue: what it promises one at a time, from several threads, and after kill -9."""

import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import create_engine, inspect

from calcsight.records import migrations
from calcsight.records.entries import Entry, EntryKind, EntryState, Noted
from calcsight.records.queue import Queue
from calcsight.records.queue_table import queue_table
from calcsight.terms.errors import QueueError

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
INSTANCE, READING, DELIVERY = EntryKind.INSTANCE, EntryKind.READING, EntryKind.DELIVERY
WAITING, WORKING, DONE = EntryState.WAITING, EntryState.WORKING, EntryState.DONE


def instance(number: int, digest: str = "aa", study: str = "1.2.3") -> Entry:
    return Entry(kind=INSTANCE, uid=f"1.2.3.{number}", study_uid=study, digest=digest)


@pytest.fixture
def queue(tmp_path: Path) -> Iterator[Queue]:
    with Queue(tmp_path / "queue.sqlite", clock=lambda: NOON) as made:
        yield made


def test_an_entry_comes_back_as_it_was_noted(queue: Queue) -> None:
    entry = Entry(
        kind=DELIVERY,
        uid="1.2",
        study_uid="1.2.3",
        peer="pacs",
        version=2,
        sop_class_uid="1.2.840.10008.5.1.4.1.1.88.50",
        transfer_syntax_uid="1.2.840.10008.1.2.1",
        file="results/1.2.3/2/1.2.dcm",
        digest="ab" * 32,
        due_at=datetime(2026, 3, 2, 14, 0, tzinfo=timezone(timedelta(hours=2))),
    )
    assert queue.note(entry) is Noted.NEW
    [back] = queue.entries()
    assert back == queue.entry(DELIVERY, "1.2", "pacs", 2)
    assert (back.due_at, back.noted_at, back.changed_at) == (NOON, NOON, NOON)
    assert (back.file, back.peer, back.version) == (entry.file, entry.peer, 2)
    assert (back.state, back.attempts, back.code) == (WAITING, 0, "")


def test_the_same_again_is_told_from_other_content_under_the_same_name(queue: Queue) -> None:
    assert queue.note(instance(1)) is Noted.NEW
    assert queue.note(instance(1)) is Noted.SAME
    assert queue.note(instance(1, digest="bb")) is Noted.CONFLICTING
    assert [one.digest for one in queue.entries()] == ["aa"]


def test_entries_are_claimed_once_in_the_order_in_which_they_are_due(queue: Queue) -> None:
    for number, minutes in ((1, 2), (2, 0), (3, 1), (4, 60)):
        due = NOON + timedelta(minutes=minutes)
        queue.note(Entry(kind=READING, uid=str(number), version=1, due_at=due))
    queue.note(instance(9))
    later = NOON + timedelta(minutes=5)
    claimed = [queue.claim(READING, later) for _ in range(4)]
    assert [one and one.uid for one in claimed] == ["2", "3", "1", None]
    assert claimed[0] is not None
    assert claimed[0].state is WORKING


def test_another_attempt_waits_until_it_is_due_and_is_counted(queue: Queue) -> None:
    queue.note(instance(1))
    first = queue.claim(INSTANCE, NOON)
    assert first is not None
    queue.again(first, NOON + timedelta(seconds=30), "network")
    assert queue.claim(INSTANCE, NOON + timedelta(seconds=29)) is None
    second = queue.claim(INSTANCE, NOON + timedelta(seconds=30))
    assert second is not None
    assert (second.attempts, second.code) == (1, "network")


def test_a_clock_that_was_set_back_keeps_nothing_waiting(queue: Queue) -> None:
    queue.note(instance(1))
    first = queue.claim(INSTANCE, NOON)
    assert first is not None
    queue.again(first, NOON + timedelta(seconds=30), "network")
    # A small correction is no other time.
    assert queue.claim(INSTANCE, NOON - timedelta(seconds=0.5)) is None
    assert queue.claim(INSTANCE, NOON - timedelta(days=1)) is not None


def test_finishing_and_what_follows_are_one_step(queue: Queue) -> None:
    queue.note(instance(1))
    queue.note(Entry(kind=READING, uid="1.2.3", study_uid="1.2.3", version=1))
    reading = queue.claim(READING, NOON)
    assert reading is not None
    sent = Entry(kind=DELIVERY, uid="1.9", study_uid="1.2.3", peer="pacs", version=1, digest="cc")
    queue.done(reading, add=(sent,), also=queue.entries(INSTANCE, "1.2.3"))
    assert queue.counts() == {(INSTANCE, DONE): 1, (READING, DONE): 1, (DELIVERY, WAITING): 1}


def test_what_cannot_follow_leaves_everything_as_it_was(queue: Queue) -> None:
    queue.note(Entry(kind=DELIVERY, uid="1.9", peer="pacs", version=1, digest="old"))
    queue.note(Entry(kind=READING, uid="1.2.3", version=1))
    reading = queue.claim(READING, NOON)
    assert reading is not None
    other = Entry(kind=DELIVERY, uid="1.9", peer="pacs", version=1, digest="new")
    with pytest.raises(QueueError, match="with other content"):
        queue.done(reading, add=(other,))
    assert queue.counts() == {(READING, WORKING): 1, (DELIVERY, WAITING): 1}


def test_a_refusal_keeps_its_code(queue: Queue) -> None:
    queue.note(instance(1))
    entry = queue.claim(INSTANCE, NOON)
    assert entry is not None
    queue.finish(entry, EntryState.REFUSED, "not_a_mammogram")
    [back] = queue.entries(state=EntryState.REFUSED)
    assert back.code == "not_a_mammogram"


def test_what_was_worked_on_waits_again_after_a_restart(queue: Queue) -> None:
    for number in (1, 2):
        queue.note(instance(number))
    queue.claim(INSTANCE, NOON)
    assert queue.recover() == 1
    assert [one.attempts for one in queue.entries(state=WAITING)] == [1, 0]
    assert queue.recover() == 0


def test_entries_are_found_by_kind_study_and_state(queue: Queue) -> None:
    for number, study in ((1, "1.1"), (2, "1.2"), (3, "1.1")):
        queue.note(instance(number, study=study))
    queue.note(Entry(kind=READING, uid="1.1", study_uid="1.1", version=1))
    assert [one.uid for one in queue.entries(INSTANCE, "1.1")] == ["1.2.3.1", "1.2.3.3"]
    assert queue.studies(INSTANCE, WAITING) == ("1.1", "1.2")
    assert queue.studies(INSTANCE, DONE) == ()
    assert queue.entry(READING, "1.1") is None


def test_an_entry_that_was_never_noted_cannot_be_finished(queue: Queue) -> None:
    with pytest.raises(QueueError, match="not in the queue"):
        queue.finish(instance(1), DONE)


def test_a_time_without_its_zone_is_no_time(queue: Queue) -> None:
    with pytest.raises(ValueError, match="zone"):
        queue.claim(INSTANCE, datetime(2026, 3, 2))


def test_no_two_threads_claim_the_same(tmp_path: Path) -> None:
    # Two queues on one file, as two processes have it.
    with Queue(tmp_path / "queue") as first, Queue(tmp_path / "queue") as second:
        for number in range(40):
            first.note(instance(number))
        now = datetime.now(UTC)

        def claimed(number: int) -> str:
            entry = (first, second)[number % 2].claim(INSTANCE, now)
            assert entry is not None
            return entry.uid

        with ThreadPoolExecutor(8) as pool:
            uids = list(pool.map(claimed, range(40)))
        assert len(set(uids)) == 40
        assert first.claim(INSTANCE, now) is None


_NOTING = """
import sys
from pathlib import Path
from calcsight.records.entries import Entry, EntryKind
from calcsight.records.queue import Queue

with Queue(Path(sys.argv[1])) as queue:
    for number in range(int(sys.argv[3])):
        queue.note(Entry(kind=EntryKind.INSTANCE, uid=f"{sys.argv[2]}.{number}", digest="aa"))
        print(number, flush=True)
"""


def test_several_processes_write_one_queue_from_its_first_moment(tmp_path: Path) -> None:
    path = tmp_path / "queue"
    running = [
        subprocess.Popen(
            [sys.executable, "-c", _NOTING, str(path), f"1.{number}", "15"],
            stdout=subprocess.DEVNULL,
        )
        for number in range(3)
    ]
    assert [one.wait(60) for one in running] == [0, 0, 0]
    with Queue(path) as queue:
        assert queue.counts() == {(INSTANCE, WAITING): 45}


def test_what_was_noted_is_there_after_kill_9(tmp_path: Path) -> None:
    path = tmp_path / "queue"
    with subprocess.Popen(
        [sys.executable, "-c", _NOTING, str(path), "1.5", "100000"],
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        said = [process.stdout.readline() for _ in range(10)]
        process.send_signal(signal.SIGKILL)
        said += process.stdout.readlines()
    told = sum(line.endswith("\n") for line in said)
    with Queue(path) as queue:
        count = len(queue.entries())
    assert told >= 10
    assert told <= count <= told + 1


def test_a_later_version_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "queue"
    Queue(path).close()
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(QueueError, match="version 99"):
        Queue(path)


def test_a_file_of_something_else_is_refused(tmp_path: Path) -> None:
    other = tmp_path / "other.sqlite"
    with sqlite3.connect(other) as connection:
        connection.execute("CREATE TABLE patients (name TEXT)")
    connection.close()
    with pytest.raises(QueueError, match="no queue of calcsight"):
        Queue(other)
    text = tmp_path / "text"
    text.write_text("no database at all, but longer than the header of one would be " * 20)
    with pytest.raises(QueueError, match="not a database"):
        Queue(text)
    with pytest.raises(QueueError, match="could not be used"):
        Queue(tmp_path / "not there" / "queue")


@pytest.mark.parametrize("damage", [b"no database at all", None], ids=["garbage", "cut"])
def test_a_damaged_queue_is_refused_with_what_to_do(tmp_path: Path, damage: bytes | None) -> None:
    path = tmp_path / "queue.sqlite"
    with Queue(path) as queue:
        for number in range(100):
            queue.note(instance(number))
    path.write_bytes(path.read_bytes()[:-8192] if damage is None else damage)
    with pytest.raises(QueueError, match="move it away"), Queue(path) as queue:
        queue.entries()


def test_the_steps_lead_to_the_table_that_the_queue_uses(tmp_path: Path) -> None:
    Queue(tmp_path / "steps").close()
    by_steps, by_table = (create_engine(f"sqlite:///{tmp_path / n}") for n in ("steps", "table"))
    queue_table().create(by_table)
    described = []
    for engine in (by_steps, by_table):
        seen = inspect(engine)
        columns = [(c["name"], str(c["type"]), c["nullable"]) for c in seen.get_columns("queue")]
        unique = [sorted(one["column_names"]) for one in seen.get_unique_constraints("queue")]
        described.append((columns, unique, seen.get_pk_constraint("queue")["constrained_columns"]))
        engine.dispose()
    assert described[0] == described[1]


def test_a_step_that_fails_half_way_leaves_the_queue_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "queue"
    with Queue(path) as queue:
        queue.note(instance(1))
    broken = (*migrations.STEPS, ("ALTER TABLE queue ADD COLUMN more TEXT", "NO SUCH STATEMENT"))
    monkeypatch.setattr(migrations.next_step, "__defaults__", (broken,))
    with pytest.raises(QueueError, match="could not be used"):
        Queue(path)
    monkeypatch.undo()
    with Queue(path) as queue:
        assert len(queue.entries()) == 1
    with sqlite3.connect(path) as connection:
        columns = [row[1] for row in connection.execute("PRAGMA table_info(queue)")]
    connection.close()
    assert "more" not in columns


def test_an_error_repeats_no_value_of_a_row(tmp_path: Path) -> None:
    path = tmp_path / "queue"
    with Queue(path) as queue:
        with sqlite3.connect(path) as connection:
            connection.execute("DROP TABLE queue")
        connection.close()
        with pytest.raises(QueueError, match="no such table") as caught:
            queue.note(Entry(kind=INSTANCE, uid="SENTINEL^NAME", digest="SENTINEL"))
    assert "SENTINEL" not in f"{caught.value!r} {caught.value}"


def test_a_later_step_keeps_what_is_in_the_queue(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "queue"
    with Queue(path) as queue:
        queue.note(instance(1))
    longer = (*migrations.STEPS, ("ALTER TABLE queue ADD COLUMN more TEXT NOT NULL DEFAULT ''",))
    monkeypatch.setattr(migrations.next_step, "__defaults__", (longer,))
    with Queue(path) as queue:
        assert [one.uid for one in queue.entries()] == ["1.2.3.1"]
    monkeypatch.undo()
    with pytest.raises(QueueError, match="version 2"):
        Queue(path)


def test_the_file_is_synchronised_at_every_commit(tmp_path: Path) -> None:
    with Queue(tmp_path / "queue") as queue:
        queue.note(instance(1))
        with queue._file.reading() as connection:
            assert connection.exec_driver_sql("PRAGMA synchronous").scalar_one() == 2
            assert connection.exec_driver_sql("PRAGMA journal_mode").scalar_one() == "wal"
