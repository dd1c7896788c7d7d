"""A person's wishes go through the queue, whether the node runs or not."""

from pathlib import Path

import pytest
from tests.node.received import Folder

from calcsight.cli import main
from calcsight.dicom.mg_header import hashed_uid
from calcsight.node.asking import ask_for_sending, opened_queue
from calcsight.node.configuration import NodeSettings
from calcsight.records.entries import Entry, EntryKind, EntryState
from calcsight.terms.errors import UsageError

STUDY = hashed_uid("study")


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    (tmp_path / "node.toml").write_text('folder = "node"', encoding="utf-8")
    return Folder(NodeSettings(folder=tmp_path / "node"))


def test_what_failed_or_was_refused_is_sent_again_and_nothing_else(folder: Folder) -> None:
    with folder.queue() as queue:
        for state in EntryState:
            queue.note(
                Entry(
                    kind=EntryKind.DELIVERY,
                    uid=hashed_uid(state),
                    study_uid=STUDY,
                    version=1,
                    state=state,
                    attempts=7,
                    code="network",
                )
            )
        assert ask_for_sending(queue, hashed_uid("another")) == 0
        assert ask_for_sending(queue, STUDY) == 2
        found = {one.uid: (one.state, one.attempts, one.code) for one in queue.entries()}
    for state in EntryState:
        anew = state in (EntryState.REFUSED, EntryState.FAILED)
        expected = (EntryState.WAITING, 0, "") if anew else (state, 7, "network")
        assert found[hashed_uid(state)] == expected


def test_there_is_nothing_to_ask_where_no_node_ran(folder: Folder) -> None:
    with pytest.raises(UsageError, match="no queue"):
        opened_queue(folder.settings)


def test_the_commands_say_what_will_happen(
    folder: Folder, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = str(tmp_path / "node.toml")
    with folder.queue() as queue:
        folder.receive_view(queue, "a")
    assert main(["node", "read", file, "--study", STUDY]) == 0
    assert "version 1 of the results is to be made by the node when it" in capsys.readouterr().out
    assert main(["node", "read", file, "--study", STUDY]) == 2
    assert "being read" in capsys.readouterr().err
    assert main(["node", "send", file, "--study", STUDY]) == 0
    assert capsys.readouterr().out == "0 results to be sent again\n"
    with folder.queue() as queue:
        assert [one.version for one in queue.entries(EntryKind.READING)] == [1]
