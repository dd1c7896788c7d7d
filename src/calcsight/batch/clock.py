"""The time of day and a stopwatch, as parameters."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime


def _now() -> datetime:
    """Return the time of day in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """Where times come from; both functions must be picklable.

    Parameters
    ----------
    now : callable
        Time of day, with its zone.
    seconds : callable
        Seconds that only ever rise, for durations.
    """

    now: Callable[[], datetime] = _now
    seconds: Callable[[], float] = time.perf_counter


@dataclass(slots=True)
class Stopwatch:
    """Takes the seconds of named stages."""

    clock: Clock
    stages: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Time one stage, also when it ends in an error."""
        started = self.clock.seconds()
        try:
            yield
        finally:
            self.stages[name] = self.stages.get(name, 0.0) + self.clock.seconds() - started
