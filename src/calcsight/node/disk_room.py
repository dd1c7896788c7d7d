"""How much the folder of the node may still take."""

import os
import shutil
import threading
import time
from contextlib import suppress
from pathlib import Path

# Left on the disk for the queue and for results.
_RESERVE_BYTES = 64_000_000
_LOOK_AGAIN_SECONDS = 300.0
_LOOK_AGAIN_WHEN_FULL_SECONDS = 5.0


class Room:
    """Bytes that the folder holds against its limit; for any number of threads.

    Counted as they come, and looked up on the disk from time to time, since results are
    written and files removed by others.

    Parameters
    ----------
    folder : Path
    limit_bytes : float
    """

    def __init__(self, folder: Path, limit_bytes: float) -> None:
        self._folder = folder
        self._limit = limit_bytes
        self._lock = threading.Lock()
        self._used = bytes_below(folder)
        self._looked_at = time.monotonic()

    def take(self, count: int) -> bool:
        """Reserve bytes; False when there is no room for them."""
        with self._lock:
            if time.monotonic() - self._looked_at > _LOOK_AGAIN_SECONDS:
                self._look()
            fits = self._used + count <= self._limit
            if not fits and time.monotonic() - self._looked_at > _LOOK_AGAIN_WHEN_FULL_SECONDS:
                self._look()
                fits = self._used + count <= self._limit
            if not fits or shutil.disk_usage(self._folder).free < count + _RESERVE_BYTES:
                return False
            self._used += count
            return True

    def give_back(self, count: int) -> None:
        """Free bytes that were taken and not kept."""
        with self._lock:
            self._used -= count

    def _look(self) -> None:
        """Count again; what is being received is on the disk already."""
        self._used = bytes_below(self._folder)
        self._looked_at = time.monotonic()


def bytes_below(folder: Path) -> int:
    """Return the size of all files below a folder; what vanishes meanwhile counts as nothing."""
    total = 0
    for place, _, names in os.walk(folder):
        for name in names:
            with suppress(OSError):
                total += (Path(place) / name).stat().st_size
    return total
