"""Studies that are complete get a reading entered; how late images make a new version.

A reading is of every image that was noted before it: of those whose row has a lower number. So
what a version holds is settled when it is entered, does not depend on any clock, and is the same
when the reading is repeated after the node was killed. An image with a higher number is late,
and makes the next version.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from calcsight.node.completeness import quiet, views_lacking
from calcsight.node.configuration import NodeSettings, ReadIntent
from calcsight.node.exposures import sorted_out
from calcsight.node.stored_images import StoredImage, stored_image
from calcsight.records.entries import Entry, EntryKind, EntryState
from calcsight.records.queue import Queue
from calcsight.terms.errors import InputRefused
from calcsight.terms.mammogram import Intent

_OPEN = frozenset({EntryState.WAITING, EntryState.WORKING})


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyStanding:
    """What the queue holds of one study.

    Parameters
    ----------
    study_uid : str
    instances : tuple of Entry
    readings : tuple of Entry
        By version.
    """

    study_uid: str
    instances: tuple[Entry, ...]
    readings: tuple[Entry, ...]

    @classmethod
    def of(cls, queue: Queue, study_uid: str) -> "StudyStanding":
        """Look it up."""
        # Readings first: an instance noted meanwhile then counts as late, never as read.
        readings = queue.entries(EntryKind.READING, study_uid)
        instances = queue.entries(EntryKind.INSTANCE, study_uid)
        return cls(study_uid=study_uid, instances=instances, readings=readings)

    @property
    def latest(self) -> Entry | None:
        """The reading of the highest version."""
        return max(self.readings, key=lambda one: one.version, default=None)

    @property
    def late(self) -> tuple[Entry, ...]:
        """Instances that no reading holds."""
        limit = self.latest.id if self.latest else 0
        return tuple(one for one in self.instances if one.id > limit)

    @property
    def being_read(self) -> bool:
        """Whether a reading waits or is worked on."""
        return self.latest is not None and self.latest.state in _OPEN

    def next_reading(self) -> Entry:
        """Return the reading that comes next, not noted yet."""
        version = self.latest.version + 1 if self.latest else 1
        return Entry(
            kind=EntryKind.READING, uid=self.study_uid, study_uid=self.study_uid, version=version
        )


def held_by(reading: Entry, instances: Iterable[Entry]) -> tuple[Entry, ...]:
    """Return the instances that a reading is of."""
    return tuple(one for one in instances if one.id < reading.id)


def intent_of_settings(settings: NodeSettings) -> Intent:
    """Return which image of an exposure is read."""
    processing = settings.read_intent is ReadIntent.PROCESSING
    return Intent.FOR_PROCESSING if processing else Intent.FOR_PRESENTATION


@dataclass(slots=True)
class DueStudies:
    """Looks for studies that are complete.

    Parameters
    ----------
    queue : Queue
    settings : NodeSettings
    clock : callable
        Gives the time, with its zone.
    """

    queue: Queue
    settings: NodeSettings
    clock: Callable[[], datetime]
    # Whether a study holds the expected views, with its last instance then: each header is read
    # when something came, and not again at every turn.
    _looked_at: dict[str, tuple[int, bool]] = field(default_factory=dict)

    def enter(self) -> tuple[str, ...]:
        """Enter a reading for each study that is complete, and return their UIDs."""
        being_read = {
            uid for state in _OPEN for uid in self.queue.studies(EntryKind.READING, state)
        }
        waiting: Mapping[str, list[Entry]] = defaultdict(list)
        for one in self.queue.entries(EntryKind.INSTANCE, state=EntryState.WAITING):
            if one.study_uid not in being_read:
                waiting[one.study_uid].append(one)
        self._looked_at = {uid: it for uid, it in self._looked_at.items() if uid in waiting}
        return tuple(uid for uid, new in waiting.items() if self._entered(uid, new))

    def _entered(self, study_uid: str, waiting: Sequence[Entry]) -> bool:
        """Enter a reading of one study if it is time; tell whether one was entered."""
        if not self._complete(study_uid, waiting):
            return False
        standing = StudyStanding.of(self.queue, study_uid)
        if standing.being_read:
            return False
        if not standing.late:
            self._close(standing, waiting)
            return False
        self.queue.note(standing.next_reading())
        return True

    def _close(self, standing: StudyStanding, waiting: Iterable[Entry]) -> None:
        """Give instances the state of a reading that ended without closing them."""
        latest = standing.latest
        if latest is not None:
            for one in waiting:
                self.queue.finish(one, latest.state, latest.code)

    def _complete(self, study_uid: str, waiting: Sequence[Entry]) -> bool:
        """Tell whether it is quiet, or all expected views are there."""
        last = max(waiting, key=lambda one: one.id)
        noted_at, now = last.noted_at, self.clock()
        if noted_at is None or quiet(noted_at, now, self.settings.quiet_seconds):
            return True
        if not self.settings.expected_views:
            return False
        looked_at, there = self._looked_at.get(study_uid, (0, False))
        if looked_at != last.id:
            there = self._views_are_there(study_uid)
            self._looked_at[study_uid] = (last.id, there)
        return there and quiet(noted_at, now, self.settings.settle_seconds)

    def _views_are_there(self, study_uid: str) -> bool:
        intent = intent_of_settings(self.settings)
        images = images_of(
            self.settings.folder / one.file
            for one in self.queue.entries(EntryKind.INSTANCE, study_uid)
        )
        study = sorted_out(images, intent)
        return not views_lacking(self.settings.views_expected, study, intent)


def images_of(paths: Iterable[Path]) -> list[StoredImage]:
    """Read headers; what is no mammogram is left out."""
    images = []
    for path in paths:
        try:
            images.append(stored_image(path))
        except InputRefused:
            continue
    return images
