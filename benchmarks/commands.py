"""Seconds and memory of whole commands, each in a process of its own."""

import os
import shutil
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

VIEWS = 4
JOBS = 2
WARM = """
import sys, time
from calcsight.cli import main
for run in range(3):
    begin = time.perf_counter()
    status = main(["read", sys.argv[1], "--out", sys.argv[2], "--overwrite", "--jobs", "1"])
    seconds = time.perf_counter() - begin
    if status:
        sys.exit(status)
print(seconds)
"""


@dataclass(frozen=True, kw_only=True)
class Whole:
    """What whole commands took.

    Parameters
    ----------
    import_s : float
        `import calcsight` in a fresh process, less the start of Python itself; names are
        imported when they are first used.
    used_s : float
        The same with `load` and `read` used.
    warm_s : float
        Third `read` of the file in one process, all outputs written.
    cold_s : float
        `calcsight read` of the file in a fresh process.
    peak_mb : float
        Largest resident memory of that process, MB (10^6 bytes).
    four_alone_s, four_s : float
        `calcsight read` of four such files in a fresh process, `--jobs 1` and `--jobs 2`.
    """

    import_s: float
    used_s: float
    warm_s: float
    cold_s: float
    peak_mb: float
    four_alone_s: float
    four_s: float


def whole_commands(view: Path, folder: Path, runs: int) -> Whole:
    """Run each command `runs` times and return the medians."""
    four = folder / "four"
    four.mkdir()
    for number in range(VIEWS):
        shutil.copyfile(view, four / f"view{number}.dcm")
    out = folder / "out"
    cold = [child([command(), "read", str(view), *_writing(out, 1)]) for _ in range(runs)]
    four_s = {
        jobs: statistics.median(
            child([command(), "read", str(four), *_writing(out, jobs)])[0] for _ in range(runs)
        )
        for jobs in (1, JOBS)
    }
    start = statistics.median(_python("pass") for _ in range(runs))
    bare = [_python("import calcsight") for _ in range(runs)]
    used = [_python("from calcsight import load, read") for _ in range(runs)]
    return Whole(
        import_s=statistics.median(bare) - start,
        used_s=statistics.median(used) - start,
        warm_s=statistics.median(_warm(view, out) for _ in range(runs)),
        cold_s=statistics.median(seconds for seconds, _ in cold),
        peak_mb=max(megabytes for _, megabytes in cold),
        four_alone_s=four_s[1],
        four_s=four_s[JOBS],
    )


def as_rows(whole: Whole, reference: float) -> list[tuple[str, ...]]:
    """Return the rows of the page's table; `reference` in ms."""

    def said(seconds: float) -> str:
        return f"{seconds:.2f} s ({1000 * seconds / reference:.0f} reference blurs)"

    return [
        ("`import calcsight`", said(whole.import_s)),
        ("`from calcsight import load, read`", said(whole.used_s)),
        ("file to all outputs, warm", said(whole.warm_s)),
        ("whole cold command", said(whole.cold_s)),
        ("peak memory of that command", f"{whole.peak_mb:.0f} MB"),
        (f"{VIEWS} views, `--jobs 1`, cold", said(whole.four_alone_s)),
        (f"{VIEWS} views, `--jobs {JOBS}`, cold", said(whole.four_s)),
        ("that over `--jobs 1`", f"{whole.four_s / whole.four_alone_s:.0%}"),
        (
            f"that over {VIEWS} times one cold command",
            f"{whole.four_s / (VIEWS * whole.cold_s):.0%}",
        ),
        (f"that over {VIEWS} times one view warm", f"{whole.four_s / (VIEWS * whole.warm_s):.0%}"),
    ]


def command() -> str:
    """Return the installed command beside this Python."""
    return str(Path(sys.executable).parent / "calcsight")


def _writing(out: Path, jobs: int) -> list[str]:
    return ["--out", str(out), "--overwrite", "--jobs", str(jobs)]


def _python(code: str) -> float:
    return child([sys.executable, "-c", code])[0]


def child(command: list[str]) -> tuple[float, float]:
    """Run a command; return its seconds and its largest resident memory in MB."""
    begin = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, env=_as_a_user())
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - begin
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise subprocess.CalledProcessError(process.returncode, command)
    unit = 1.0 if sys.platform == "darwin" else 1024.0
    return seconds, usage.ru_maxrss * unit / 1e6


def _as_a_user() -> dict[str, str]:
    """Return the environment without the thread limits of `make bench`."""
    return {name: value for name, value in os.environ.items() if not name.endswith("_THREADS")}


def _warm(view: Path, out: Path) -> float:
    """Return the seconds of the third run in one process."""
    run = subprocess.run(
        [sys.executable, "-c", WARM, str(view), str(out)],
        capture_output=True,
        text=True,
        check=True,
        env=_as_a_user(),
    )
    return float(run.stdout.splitlines()[-1])
