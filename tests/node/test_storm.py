"""A short storm; `make storm` runs the whole one."""

from pathlib import Path

from tests.node.senders import instance, node, store
from tests.node.storm import Storm, run
from tests.node.storm_judging import Watcher, complaints_about
from tests.node.storm_senders import Pacs, Sent

from calcsight.node.configuration import NodeSettings
from calcsight.node.stored_files import data_set_digest
from calcsight.records.entries import EntryState


def test_nothing_that_was_accepted_is_lost_in_a_storm(tmp_path: Path) -> None:
    storm = Storm(images=40, kills=4, seed=6, between_kills_seconds=1.5, limit_seconds=900)
    said: list[str] = []
    assert run(storm, tmp_path, said.append) == []
    assert said[-1].endswith("40 images accepted")


def test_the_judge_of_a_storm_sees_what_is_lost_damaged_or_left(tmp_path: Path) -> None:
    settings = NodeSettings(folder=tmp_path / "node", port=0)
    images = [instance(name) for name in "abcd"]
    with node(settings) as (receiver, queue):
        assert store(receiver.port, images) == [0x0000] * 4
        queue.finish(queue.entries()[0], EntryState.DONE)
        folders = {one.uid: settings.folder / one.file for one in queue.entries()}
    a, b, c, d = (str(one.SOPInstanceUID) for one in images)
    sent = Sent(strange=["C000H"])
    for uid in (a, b, c, d, "1.2.3"):
        sent.digest_of[uid], sent.study_of[uid] = "00", str(images[0].StudyInstanceUID)
    sent.accepted |= {a, b, c, "1.2.3"}
    sent.digest_of[b] = data_set_digest(folders[b])
    folders[c].write_bytes(folders[c].read_bytes()[:-1])
    folders[d].unlink()
    (settings.folder / "incoming" / "x.part").write_bytes(b"")
    result = settings.folder / "results" / "1.2" / "1" / "sr.dcm"
    result.parent.mkdir(parents=True)
    result.write_bytes(b"one")
    watcher, pacs = Watcher(settings.folder), Pacs()
    watcher.look()
    result.write_bytes(b"another")
    watcher.close()
    pacs.close()
    found = complaints_about(settings, sent, watcher, pacs)
    for said in (
        f"never accepted: {d}",
        "answered with C000H",
        f"accepted, and not what was sent: {a}",
        f"accepted and waiting, : {b}",
        "accepted and lost: 1.2.3",
        f"left waiting: instance {b}",
        f"a file that is not that of its row: instances/{images[2].StudyInstanceUID}/{c}.dcm",
        f"a row without its file: instances/{images[3].StudyInstanceUID}/{d}.dcm",
        "left over: x.part",
        f"a study that was never read: {images[0].StudyInstanceUID}",
        "a result that changed: 1.2/1/sr.dcm",
    ):
        assert said in found
