"""A polite request to end is kept until a step of the work is done, then obeyed."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

# Sent by Ctrl-C, by `kill` or a batch system at its time limit, and by a terminal that closes.
_REQUESTS = ("SIGINT", "SIGTERM", "SIGHUP")
_UNTOUCHED = (signal.SIG_DFL, signal.default_int_handler)


class RequestToEnd:
    """Whether the system has asked this process to end.

    An exception raised by a signal may appear inside a compiled library, and not all of them
    survive that. So a request only leaves a note; `obey` raises it where nothing is half-done.
    """

    def __init__(self) -> None:
        self._asked = False

    def ask(self) -> None:
        """Note a request; the second one does not wait.

        Raises
        ------
        KeyboardInterrupt
            When a request was already noted.
        """
        if self._asked:
            raise KeyboardInterrupt
        self._asked = True

    @property
    def asked(self) -> bool:
        """Whether a request was noted."""
        return self._asked

    def obey(self) -> None:
        """End here when asked to.

        Raises
        ------
        KeyboardInterrupt
        """
        if self._asked:
            raise KeyboardInterrupt


@contextmanager
def requests_noted(request: RequestToEnd) -> Iterator[None]:
    """Note requests to end in `request`; what the process ignored before it still ignores."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    numbers = [getattr(signal, name) for name in _REQUESTS if hasattr(signal, name)]
    before = {number: signal.getsignal(number) for number in numbers}
    ours = [number for number in numbers if before[number] in _UNTOUCHED]

    def note(number: int, frame: Any) -> None:
        del number, frame
        request.ask()

    for number in ours:
        signal.signal(number, note)
    try:
        yield
        request.obey()
    finally:
        for number in ours:
            signal.signal(number, before[number])
