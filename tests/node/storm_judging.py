"""After the storm: what was accepted is there, whole, and read once a version."""

import hashlib
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from pydicom import Dataset, dcmread
from tests.node.storm_senders import Pacs, Sent

from calcsight.node.configuration import INSTANCES, RESULTS, NodeSettings
from calcsight.node.stored_files import INCOMING, data_set_digest
from calcsight.records.entries import Entry, EntryKind, EntryState
from calcsight.records.queue import Queue
from calcsight.terms.errors import InputRefused

_GLANCE_SECONDS = 0.5
_OPEN = (EntryState.WAITING, EntryState.WORKING)


class Watcher:
    """Looks at result files again and again: one that has its name never changes."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / RESULTS
        self._seen: dict[str, str] = {}
        self.changed: set[str] = set()
        self._lock, self._ending = threading.Lock(), threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def look(self) -> None:
        """Compare every result with what it was."""
        with self._lock:
            for path in sorted(self._folder.rglob("*.dcm")):
                # Temporary names come and go.
                if path.name.startswith("."):
                    continue
                name = path.relative_to(self._folder).as_posix()
                content = hashlib.sha256(path.read_bytes()).hexdigest()
                if self._seen.setdefault(name, content) != content:
                    self.changed.add(name)

    @property
    def gone(self) -> set[str]:
        """Results that were there once and are no more."""
        return {name for name in self._seen if not (self._folder / name).exists()}

    def close(self) -> None:
        """Look a last time."""
        self._ending.set()
        self._thread.join()
        self.look()

    def _run(self) -> None:
        while not self._ending.wait(_GLANCE_SECONDS):
            with suppress(FileNotFoundError):
                self.look()


def left_to_do(settings: NodeSettings, studies: int) -> bool:
    """Tell whether the node has something left to do of so many studies."""
    with Queue(settings.queue_file) as queue:
        counts = queue.counts()
        read = queue.studies(EntryKind.READING, EntryState.DONE)
    return len(read) < studies or any(counts.get((k, s)) for k in EntryKind for s in _OPEN)


def complaints_about(settings: NodeSettings, sent: Sent, watcher: Watcher, pacs: Pacs) -> list[str]:
    """Return everything that is not as it must be."""
    with Queue(settings.queue_file) as queue:
        entries = queue.entries()
    return [
        *_about_answers(sent),
        *_about_instances(settings, sent, entries),
        *_about_files(settings, entries),
        *_about_results(settings, sent, entries),
        *(f"a result that changed: {name}" for name in sorted(watcher.changed)),
        *(f"a result that went away: {name}" for name in sorted(watcher.gone)),
        *_about_deliveries(entries, pacs),
    ]


def _about_answers(sent: Sent) -> Iterator[str]:
    for uid in sorted(set(sent.digest_of) - sent.accepted):
        yield f"never accepted: {uid}"
    for status in sent.strange:
        yield f"answered with {status}"


def _about_instances(
    settings: NodeSettings, sent: Sent, entries: tuple[Entry, ...]
) -> Iterator[str]:
    """Complain of what was accepted and is lost, half-written, unread or not as it was sent."""
    rows = {one.uid: one for one in entries if one.kind is EntryKind.INSTANCE}
    for uid in sorted(sent.accepted):
        row = rows.get(uid)
        if row is None:
            yield f"accepted and lost: {uid}"
        elif row.digest != sent.digest_of[uid]:
            yield f"accepted, and not what was sent: {uid}"
        elif row.state is not EntryState.DONE:
            yield f"accepted and {row.state}, {row.code}: {uid}"
    for one in entries:
        if one.state in _OPEN:
            yield f"left {one.state}: {one.kind} {one.uid}"


def _about_files(settings: NodeSettings, entries: tuple[Entry, ...]) -> Iterator[str]:
    """Complain of files that are not whole, or that nobody knows."""
    digest_of = {one.file: one.digest for one in entries if one.kind is EntryKind.INSTANCE}
    for path in sorted((settings.folder / INSTANCES).rglob("*")):
        name = path.relative_to(settings.folder).as_posix()
        if path.is_dir():
            continue
        try:
            if data_set_digest(path) != digest_of.pop(name, ""):
                yield f"a file that is not that of its row: {name}"
            dcmread(path, stop_before_pixels=True)
        except InputRefused as error:
            yield f"half-written ({error.code}): {name}"
    for name in digest_of:
        yield f"a row without its file: {name}"
    for path in (settings.folder / INCOMING).iterdir():
        yield f"left over: {path.name}"


def _about_results(settings: NodeSettings, sent: Sent, entries: tuple[Entry, ...]) -> Iterator[str]:
    """Complain of versions without one whole result, and of images in none or twice in one."""
    readings = [one for one in entries if one.kind is EntryKind.READING]
    of_study: dict[str, set[str]] = {}
    for uid, study in sent.study_of.items():
        of_study.setdefault(study, set()).add(uid)
    for one in readings:
        folder = settings.folder / RESULTS / one.study_uid / str(one.version)
        files = sorted(folder.glob("*")) if folder.is_dir() else []
        if [path.suffix for path in files] != [".dcm"]:
            yield f"{len(files)} results of version {one.version} of {one.study_uid}"
            continue
        referred = list(images_in(dcmread(files[0])))
        if len(set(referred)) != len(referred):
            yield f"an image twice in version {one.version} of {one.study_uid}"
        if not set(referred) <= of_study[one.study_uid]:
            yield f"an image of another study in {one.study_uid}"
        last = max(other.version for other in readings if other.study_uid == one.study_uid)
        if one.version == last and set(referred) != of_study[one.study_uid]:
            yield f"{len(set(referred))} images in the last version of {one.study_uid}"
    for study in sorted(set(of_study) - {one.study_uid for one in readings}):
        yield f"a study that was never read: {study}"


def images_in(report: Dataset) -> Iterator[str]:
    """Yield the images of a report's library, each as often as it stands there."""
    for container in report.ContentSequence:
        if "ConceptNameCodeSequence" not in container:
            continue
        if container.ConceptNameCodeSequence[0].CodeValue == "111028":
            for item in container.ContentSequence:
                yield str(item.ReferencedSOPSequence[0].ReferencedSOPInstanceUID)


def _about_deliveries(entries: tuple[Entry, ...], pacs: Pacs) -> Iterator[str]:
    """Complain of results that did not arrive, or with two contents."""
    for one in entries:
        if one.kind is EntryKind.DELIVERY:
            contents = pacs.contents.get(one.uid, set())
            if one.state is not EntryState.DONE or len(contents) != 1:
                yield f"delivery {one.uid}: {one.state}, {len(contents)} contents arrived"
