"""Each complete study is read once a version, whenever the node was killed meanwhile."""

import pydoc
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import time, timedelta
from pathlib import Path
from typing import Any

import pydicom
import pytest
from tests.conftest import FixedJudge
from tests.node.received import Folder, small_results

from calcsight.dicom.mg_header import hashed_uid
from calcsight.node.asking import ask_for_reading
from calcsight.node.configuration import DicomWeb, NodeSettings, Peer, Retry
from calcsight.node.readers import reader_here
from calcsight.node.reading_exams import ReadingExams
from calcsight.node.reading_here import Fault, Reader, ReadingFailedError
from calcsight.records.entries import Entry, EntryKind, EntryState
from calcsight.records.queue import Queue
from calcsight.terms.errors import ModelMissingError, OutputError, QueueError, UsageError
from calcsight.terms.hospital import ResultKind
from calcsight.terms.mammogram import Intent, Laterality, View

PACS = Peer(name="pacs", ae_title="PACS", address="127.0.0.1", port=104)
STUDY = hashed_uid("study")


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Reader:
    """One reader for all tests: loading what interprets takes longer than reading."""
    settings = NodeSettings(folder=tmp_path_factory.mktemp("unused"))
    return reader_here(settings, FixedJudge(), small_results)


def quiet_node(folder: Path) -> NodeSettings:
    return NodeSettings(folder=folder / "node", quiet_seconds=60, peers=(PACS,))


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(quiet_node(tmp_path))


@pytest.fixture
def queue(folder: Folder) -> Iterator[Queue]:
    with folder.queue() as queue:
        yield queue


def turn(folder: Folder, queue: Queue, reader: Reader) -> bool:
    return ReadingExams(queue, folder.settings, reader, folder.clock).turn(lambda: False)


def states(queue: Queue, kind: EntryKind) -> list[tuple[int, str, str]]:
    return [(one.version, one.state.value, one.code) for one in queue.entries(kind)]


def texts(folder: Folder, version: int, study: str = "study") -> list[str]:
    """Return what the stand-in of results says of each view."""
    path = folder.settings.folder / "results" / hashed_uid(study) / str(version) / "sr.dcm"
    return str(pydicom.dcmread(path).TextValue).split("\n")


def test_a_study_is_read_when_it_was_quiet(folder: Folder, queue: Queue, reader: Reader) -> None:
    folder.receive_view(queue, "a")
    folder.clock.later(59)
    assert not turn(folder, queue, reader)
    folder.clock.later(1)
    assert turn(folder, queue, reader)
    assert not turn(folder, queue, reader)
    assert list(folder.results()) == ["1/sr.dcm"]
    assert texts(folder, 1) == [f"{hashed_uid('a')} 1"]
    assert states(queue, EntryKind.READING) == [(1, "done", "")]
    assert states(queue, EntryKind.INSTANCE) == [(0, "done", "")]
    [delivery] = queue.entries(EntryKind.DELIVERY)
    written = pydicom.dcmread(folder.settings.folder / delivery.file)
    assert (delivery.peer, delivery.version, delivery.state) == ("pacs", 1, EntryState.WAITING)
    assert delivery.uid == written.SOPInstanceUID
    assert delivery.sop_class_uid == written.SOPClassUID
    assert delivery.transfer_syntax_uid == written.file_meta.TransferSyntaxUID
    assert delivery.study_uid == written.StudyInstanceUID == STUDY


def test_expected_views_are_read_before_it_is_quiet(
    folder: Folder, queue: Queue, reader: Reader
) -> None:
    folder.settings = replace(folder.settings, expected_views=("L CC", "R CC"), settle_seconds=5)
    exams = ReadingExams(queue, folder.settings, reader, folder.clock)
    folder.receive_view(queue, "a")
    folder.clock.later(10)
    assert not exams.turn(lambda: False)
    folder.receive_view(queue, "b", laterality=Laterality.RIGHT)
    folder.clock.later(4)
    assert not exams.turn(lambda: False)
    folder.clock.later(1)
    assert exams.turn(lambda: False)
    assert [one.split()[0] for one in texts(folder, 1)] == [hashed_uid("b"), hashed_uid("a")]


def test_a_signal_reads_at_once_and_only_what_is_there(
    folder: Folder, queue: Queue, reader: Reader
) -> None:
    with pytest.raises(UsageError, match="nothing is stored"):
        ask_for_reading(queue, STUDY)
    folder.receive_view(queue, "a")
    assert ask_for_reading(queue, STUDY).version == 1
    with pytest.raises(UsageError, match="being read"):
        ask_for_reading(queue, STUDY)
    assert turn(folder, queue, reader)
    with pytest.raises(UsageError, match="nothing new"):
        ask_for_reading(queue, STUDY)
    assert ask_for_reading(queue, STUDY, once_more=True).version == 2


def test_both_images_of_an_exposure_are_read_once_and_named_both(
    folder: Folder, queue: Queue, reader: Reader
) -> None:
    folder.receive_view(queue, "raw", intent=Intent.FOR_PROCESSING)
    folder.receive_view(queue, "shown")
    folder.receive_view(queue, "again", acquired_at=time(10, 13, 0))
    folder.clock.later(60)
    assert turn(folder, queue, reader)
    assert texts(folder, 1) == [
        f"{hashed_uid('shown')} 1 {hashed_uid('raw')}",
        f"{hashed_uid('again')} 1",
    ]
    assert [one.state for one in queue.entries(EntryKind.INSTANCE)] == [EntryState.DONE] * 3


def test_a_late_image_makes_a_new_version(folder: Folder, queue: Queue, reader: Reader) -> None:
    folder.receive_view(queue, "a")
    folder.clock.later(60)
    assert turn(folder, queue, reader)
    first = folder.results()
    folder.clock.later(1000)
    folder.receive_view(queue, "late", view=View.MLO)
    assert not turn(folder, queue, reader)
    folder.clock.later(60)
    assert turn(folder, queue, reader)
    second = folder.results()
    assert list(second) == ["1/sr.dcm", "2/sr.dcm"]
    assert second["1/sr.dcm"] == first["1/sr.dcm"]
    assert len(texts(folder, 2)) == 2
    deliveries = queue.entries(EntryKind.DELIVERY)
    assert [one.version for one in deliveries] == [1, 2]
    assert len({one.uid for one in deliveries}) == 2
    new = pydicom.dcmread(folder.settings.folder / deliveries[1].file)
    assert new.TrackingID == deliveries[0].uid


def test_results_of_an_earlier_version_go_before_those_that_name_them(
    folder: Folder, queue: Queue, reader: Reader
) -> None:
    folder.receive_view(queue, "a")
    folder.clock.later(60)
    assert turn(folder, queue, reader)
    first = queue.claim(EntryKind.DELIVERY, folder.clock())
    assert first is not None
    # The peer is down, and would be tried again long after it is up.
    queue.again(first, folder.clock() + timedelta(hours=1), "network")
    folder.receive_view(queue, "late", view=View.MLO)
    folder.clock.later(60)
    assert turn(folder, queue, reader)
    claimed = [queue.claim(EntryKind.DELIVERY, folder.clock()) for _ in range(3)]
    assert [one and one.version for one in claimed] == [1, 2, None]


def test_an_image_that_comes_while_the_study_is_read_is_late(
    folder: Folder, queue: Queue, reader: Reader
) -> None:
    folder.receive_view(queue, "a")
    folder.clock.later(60)

    def read_slowly(order: Any, ending: Callable[[], bool]) -> Any:
        folder.receive_view(queue, "meanwhile", view=View.MLO)
        return reader(order, ending)

    assert turn(folder, queue, read_slowly)
    assert len(texts(folder, 1)) == 1
    assert [one.state.value for one in queue.entries(EntryKind.INSTANCE)] == ["done", "waiting"]
    folder.clock.later(60)
    assert turn(folder, queue, reader)
    assert len(texts(folder, 2)) == 2


def test_a_refused_image_is_a_result_too(folder: Folder, queue: Queue, reader: Reader) -> None:
    folder.receive_view(queue, "a")
    bad = folder.receive_view(queue, "bad", view=View.MLO)
    path = folder.settings.folder / bad.file
    path.write_bytes(path.read_bytes()[:-2000])
    folder.clock.later(60)
    assert turn(folder, queue, reader)
    assert texts(folder, 1) == [f"{hashed_uid('a')} 1", f"{hashed_uid('bad')} truncated"]
    assert states(queue, EntryKind.INSTANCE) == [(0, "done", ""), (0, "refused", "truncated")]
    assert states(queue, EntryKind.READING) == [(1, "done", "")]


def test_images_of_two_patients_in_one_study_are_refused(
    folder: Folder, queue: Queue, reader: Reader
) -> None:
    folder.receive_view(queue, "a")
    folder.receive_view(queue, "b", view=View.MLO, patient_id="SIMULATED-2")
    folder.clock.later(60)
    assert turn(folder, queue, reader)
    assert states(queue, EntryKind.READING) == [(1, "refused", "contradiction")]
    assert states(queue, EntryKind.INSTANCE) == [(0, "refused", "contradiction")] * 2
    assert folder.results() == {}


def as_report(dataset: pydicom.Dataset) -> None:
    dataset.SOPClassUID, dataset.Modality = "1.2.840.10008.5.1.4.1.1.88.50", "SR"
    del dataset.Rows


def as_capture(dataset: pydicom.Dataset) -> None:
    dataset.SOPClassUID, dataset.Modality = "1.2.840.10008.5.1.4.1.1.7", "OT"
    dataset.BodyPartExamined = "CHEST"
    del dataset.AnatomicRegionSequence


def edited(folder: Folder, entry: Entry, edit: Callable[[pydicom.Dataset], None]) -> None:
    path = folder.settings.folder / entry.file
    dataset = pydicom.dcmread(path)
    edit(dataset)
    dataset.save_as(path)


@pytest.mark.parametrize(
    ("edit", "code"), [(as_capture, "not_a_mammogram"), (as_report, "not_an_image")]
)
def test_a_study_without_a_mammogram_is_refused_by_name(
    edit: Callable[[pydicom.Dataset], None],
    code: str,
    folder: Folder,
    queue: Queue,
    reader: Reader,
) -> None:
    edited(folder, folder.receive_view(queue, "a"), edit)
    folder.clock.later(60)
    assert turn(folder, queue, reader)
    assert not turn(folder, queue, reader)
    assert states(queue, EntryKind.READING) == [(1, "refused", code)]
    assert states(queue, EntryKind.INSTANCE) == [(0, "refused", code)]
    assert folder.results() == {}
    assert queue.entries(EntryKind.DELIVERY) == ()
    # A mammogram that comes late is read.
    folder.receive_view(queue, "b")
    folder.clock.later(60)
    assert turn(folder, queue, reader)
    assert texts(folder, 2) == [f"{hashed_uid('b')} 1"]
    assert queue.entries(EntryKind.INSTANCE)[0].state is EntryState.REFUSED


def test_a_capture_alone_is_read_as_a_film(folder: Folder, queue: Queue, reader: Reader) -> None:
    def as_film(dataset: pydicom.Dataset) -> None:
        dataset.SOPClassUID, dataset.Modality = "1.2.840.10008.5.1.4.1.1.7", "OT"

    edited(folder, folder.receive_view(queue, "a"), as_film)
    folder.clock.later(60)
    assert turn(folder, queue, reader)
    assert len(texts(folder, 1)) == 1
    # Beside a mammogram it is a picture of a screen, or a dose sheet.
    folder.receive_view(queue, "b")
    folder.clock.later(60)
    assert turn(folder, queue, reader)
    assert texts(folder, 2) == [f"{hashed_uid('b')} 1"]
    assert states(queue, EntryKind.INSTANCE)[0] == (0, "refused", "not_a_mammogram")


def test_two_studies_are_read_in_turn(folder: Folder, queue: Queue, reader: Reader) -> None:
    for study in ("one", "two"):
        folder.receive_view(queue, f"{study} a", study)
    folder.clock.later(60)
    assert turn(folder, queue, reader)
    assert [bool(folder.results(study)) for study in ("one", "two")] == [True, False]
    assert turn(folder, queue, reader)
    assert not turn(folder, queue, reader)
    assert folder.results("two")


def test_each_object_goes_to_each_peer_that_wants_results(
    folder: Folder, queue: Queue, reader: Reader
) -> None:
    silent = replace(PACS, name="silent", results=False)
    web = DicomWeb(url="https://pacs.example/dicom-web")
    folder.settings = replace(
        folder.settings, peers=(PACS, silent, replace(PACS, name="archive")), dicomweb=web
    )
    folder.receive_view(queue, "a")
    folder.clock.later(60)
    assert turn(folder, queue, reader)
    peers = [one.peer for one in queue.entries(EntryKind.DELIVERY)]
    assert peers == ["pacs", "archive", "(dicomweb)"]


def test_a_reading_that_fails_is_tried_again_and_given_up(
    folder: Folder, queue: Queue, reader: Reader
) -> None:
    folder.settings = replace(
        folder.settings, retry=Retry(first_seconds=10, most_seconds=15, attempts=3)
    )
    folder.receive_view(queue, "a")
    folder.clock.later(60)

    def broken(order: Any, ending: Callable[[], bool]) -> Any:
        raise RuntimeError("Doe^Jane")

    assert turn(folder, queue, broken)
    assert states(queue, EntryKind.READING) == [(1, "waiting", "internal")]
    for pause in (10, 15):
        folder.clock.later(pause - 1)
        assert not turn(folder, queue, broken)
        folder.clock.later(1)
        assert turn(folder, queue, broken)
    assert states(queue, EntryKind.READING) == [(1, "failed", "internal")]
    assert states(queue, EntryKind.INSTANCE) == [(0, "failed", "internal")]
    assert not turn(folder, queue, reader)
    assert ask_for_reading(queue, STUDY).version == 2
    assert turn(folder, queue, reader)
    assert states(queue, EntryKind.INSTANCE) == [(0, "done", "")]


def test_a_full_disk_holds_a_reading_up_and_does_not_lose_it(
    folder: Folder, queue: Queue, reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*said: object) -> None:
        raise OutputError("no room")

    def full_too(*said: object) -> None:
        raise QueueError("no room for the queue either")

    folder.receive_view(queue, "a")
    folder.clock.later(60)
    exams = ReadingExams(queue, folder.settings, reader, folder.clock)
    with monkeypatch.context() as patch:
        patch.setattr("calcsight.node.reading_exams.write_results", full)
        patch.setattr(queue, "again", full_too)
        with pytest.raises(QueueError):
            exams.turn(lambda: False)
    assert exams.turn(lambda: False)
    assert states(queue, EntryKind.READING) == [(1, "done", "")]


def test_what_a_killed_attempt_left_is_no_part_of_the_results(
    folder: Folder, queue: Queue, reader: Reader
) -> None:
    folder.receive_view(queue, "a")
    folder.clock.later(60)
    left = folder.settings.folder / "results" / STUDY / "1"
    left.mkdir(parents=True)
    for name in (".0a.part.dcm", "view1.seg.dcm", "sr.dcm"):
        (left / name).write_bytes(b"half")
    assert turn(folder, queue, reader)
    assert list(folder.results()) == ["1/sr.dcm"]
    assert len(texts(folder, 1)) == 1


@pytest.mark.parametrize(
    ("problem", "expected"),
    [
        (ModelMissingError("no model"), (1, "failed", "model_missing")),
        (OutputError("no room"), (1, "waiting", "cannot_write")),
        (ReadingFailedError(Fault.STORE), (1, "waiting", "unreadable_file")),
    ],
)
def test_only_what_time_can_mend_is_tried_again(
    problem: Exception, expected: tuple[int, str, str], folder: Folder, queue: Queue
) -> None:
    folder.receive_view(queue, "a")
    folder.clock.later(60)

    def failing(order: Any, ending: Callable[[], bool]) -> Any:
        raise problem

    assert turn(folder, queue, failing)
    assert states(queue, EntryKind.READING) == [expected]
    assert [one.state.value for one in queue.entries(EntryKind.INSTANCE)] == [expected[1]]


def test_an_image_that_the_disk_does_not_give_is_no_refusal(
    folder: Folder, queue: Queue, reader: Reader
) -> None:
    entry = folder.receive_view(queue, "a")
    (folder.settings.folder / entry.file).unlink()
    folder.clock.later(60)
    assert turn(folder, queue, reader)
    assert states(queue, EntryKind.READING) == [(1, "waiting", "unreadable_file")]


class KilledError(BaseException):
    """What stands for the end of the process: nothing may catch it."""


STEPS = [
    "calcsight.records.queue.Queue.note",
    "calcsight.records.queue.Queue.claim",
    "calcsight.node.results_of_exam.stored_image",
    "calcsight.node.results_of_exam.load_stated",
    "calcsight.node.results_of_exam.read",
    "calcsight.node.results_of_exam.exam_results",
    "calcsight.records.queue.Queue.finish",
    "calcsight.node.written_results.write_bytes",
    "calcsight.node.reading_exams.deliveries_of",
    "calcsight.records.queue.Queue.done",
]


Result = tuple[list[tuple[str, str]], dict[str, bytes]]


def receive_two(queue: Queue, folder: Folder) -> None:
    """Receive a view, and one that will be refused; then it is quiet."""
    folder.receive_view(queue, "a")
    bad = folder.receive_view(queue, "bad", view=View.MLO)
    path = folder.settings.folder / bad.file
    path.write_bytes(path.read_bytes()[:-2000])
    folder.clock.later(60)


def result_of(queue: Queue, folder: Folder) -> Result:
    """Return what is to be sent, and the files of results."""
    deliveries = queue.entries(EntryKind.DELIVERY)
    return [(one.uid, one.digest) for one in deliveries], folder.results()


@pytest.fixture(scope="module")
def never_killed(reader: Reader, tmp_path_factory: pytest.TempPathFactory) -> Result:
    folder = Folder(quiet_node(tmp_path_factory.mktemp("never_killed")))
    with folder.queue() as queue:
        receive_two(queue, folder)
        assert turn(folder, queue, reader)
        return result_of(queue, folder)


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("step", STEPS)
def test_a_node_that_is_killed_at_any_step_gives_one_result_of_the_same_bytes(
    step: str,
    when: str,
    folder: Folder,
    reader: Reader,
    never_killed: Result,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with folder.queue() as queue:
        receive_two(queue, folder)
        with monkeypatch.context() as patch:
            kill_once(patch, step, when)
            with pytest.raises(KilledError):
                turn(folder, queue, reader)
    # Another process, later; the time at which the reading was entered still counts.
    if (step.rpartition(".")[2], when) != ("note", "before"):
        folder.clock.later(3600)
    with folder.queue() as queue:
        queue.recover()
        while turn(folder, queue, reader):
            pass
        assert states(queue, EntryKind.READING) == [(1, "done", "")]
        assert states(queue, EntryKind.INSTANCE) == [(0, "done", ""), (0, "refused", "truncated")]
        assert result_of(queue, folder) == never_killed


def kill_once(patch: pytest.MonkeyPatch, step: str, when: str) -> None:
    """Let the first call of a step be the last thing that happens."""
    module, _, name = step.rpartition(".")
    owner: Any = pydoc.locate(module)
    whole = getattr(owner, name)

    def killed(*args: Any, **kwargs: Any) -> Any:
        if when == "after":
            whole(*args, **kwargs)
        raise KilledError

    patch.setattr(owner, name, killed)


def test_results_of_every_kind_name_the_version_before(folder: Folder, queue: Queue) -> None:
    folder.settings = replace(folder.settings, results=tuple(ResultKind))
    whole = reader_here(folder.settings, FixedJudge())
    folder.receive_view(queue, "a")
    folder.receive_view(queue, "raw", intent=Intent.FOR_PROCESSING)
    folder.clock.later(60)
    assert turn(folder, queue, whole)
    folder.receive_view(queue, "late", view=View.MLO)
    folder.clock.later(60)
    assert turn(folder, queue, whole)
    names = set(folder.results())
    kinds = ("sr.dcm", "tid1500.dcm", "view1.seg.dcm", "view1.gsps.dcm", "fhir.json")
    assert {f"{version}/{kind}" for version in (1, 2) for kind in kinds} <= names
    assert {"2/view2.seg.dcm", "2/view2.gsps.dcm"} <= names
    results = folder.settings.folder / "results" / STUDY
    first, second = (pydicom.dcmread(results / version / "sr.dcm") for version in "12")
    assert "PredecessorDocumentsSequence" not in first
    [study] = second.PredecessorDocumentsSequence
    [series] = study.ReferencedSeriesSequence
    named = [one.ReferencedSOPInstanceUID for one in series.ReferencedSOPSequence]
    assert named == [first.SOPInstanceUID]
    [evidence] = second.CurrentRequestedProcedureEvidenceSequence
    images = [
        one.ReferencedSOPInstanceUID
        for of in evidence.ReferencedSeriesSequence
        for one in of.ReferencedSOPSequence
    ]
    assert sorted(images) == sorted(map(hashed_uid, ("a", "raw", "late")))
    # FHIR is no DICOM object, and is sent to nobody.
    assert {one.file.rpartition(".")[2] for one in queue.entries(EntryKind.DELIVERY)} == {"dcm"}
