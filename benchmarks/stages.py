"""Seconds of each stage of the main path, measured inside the real `read`."""

import statistics
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

import calcsight
from calcsight import reading
from calcsight.assembly import interpreter_for
from calcsight.models import load_judge
from calcsight.terms.calcification import Particle
from calcsight.terms.judge import Engine, Judge, OperatingPoint
from calcsight.terms.settings import Settings
from calcsight.terms.stages import Candidates, FlatView

INTERPRETING = ("find_tracks", "describe", "weigh_found")
STEPS = ("find_breast", "flatten", "find_candidates", "measure", "group", *INTERPRETING)
ORDER = ("decode", *STEPS[:4], "score", "group", *INTERPRETING, "pixels to reading")


def seconds_of(call: Callable[[], Any]) -> float:
    """Return the seconds that one call takes."""
    begin = time.perf_counter()
    call()
    return time.perf_counter() - begin


@dataclass
class Watch:
    """Adds up the seconds of each stage of one reading."""

    spent: dict[str, float] = field(default_factory=lambda: defaultdict(float))

    def around(self, name: str, call: Callable[..., Any]) -> Callable[..., Any]:
        """Return `call`, timed under `name`."""

        def timed(*values: Any, **named: Any) -> Any:
            begin = time.perf_counter()
            try:
                return call(*values, **named)
            finally:
                self.spent[name] += time.perf_counter() - begin

        return timed


@dataclass(frozen=True)
class WatchedJudge:
    """A judge whose scoring is timed."""

    judge: Judge
    watch: Watch

    @property
    def name(self) -> str:
        """Name of the judge."""
        return self.judge.name

    @property
    def digest(self) -> str:
        """SHA-256 of its weights."""
        return self.judge.digest

    @property
    def operating_points(self) -> Mapping[OperatingPoint, float]:
        """Its thresholds."""
        return self.judge.operating_points

    def score(
        self, view: FlatView, candidates: Candidates, particles: Sequence[Particle]
    ) -> NDArray[np.float64]:
        """Score as the judge does, timed."""
        scored: NDArray[np.float64] = self.watch.around("score", self.judge.score)(
            view, candidates, particles
        )
        return scored


def stage_seconds(path: Path, runs: int, engine: Engine) -> tuple[dict[str, float], int]:
    """Read a file `runs` times; return the median of each stage and the number listed."""
    judge, settings, listed = load_judge(engine=engine), Settings(engine=engine), 0
    interpreter = interpreter_for(settings)
    spent: dict[str, list[float]] = {name: [] for name in ORDER}
    plain = {name: getattr(reading, name) for name in STEPS}
    try:
        for _ in range(runs + 1):
            watch = Watch()
            for name, step in plain.items():
                setattr(reading, name, watch.around(name, step))
            mammogram = watch.around("decode", calcsight.load)(path)
            result = watch.around("pixels to reading", reading.read)(
                mammogram, WatchedJudge(judge, watch), settings, interpreter
            )
            listed = len(result.calcifications)
            for name in ORDER:
                spent[name].append(watch.spent[name])
    finally:
        for name, step in plain.items():
            setattr(reading, name, step)
    return {name: statistics.median(values[1:]) for name, values in spent.items()}, listed
