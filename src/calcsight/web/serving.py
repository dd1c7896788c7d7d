"""The page of answers on a port, until it is asked to end."""

import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import uvicorn

from calcsight.terms.errors import NetworkError
from calcsight.web.application import application
from calcsight.web.desk import Desk
from calcsight.web.guarding import allowed_hosts

_SECONDS_TO_FINISH = 3
_SECONDS_OF_SILENCE = 5
_SIGNALS = ("SIGINT", "SIGTERM")


class _Server(uvicorn.Server):
    """Ends when it is asked to, and leaves it at that: uvicorn's own raises the signal again."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Let SIGTERM and SIGINT end the server; only where signals can be handled."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = {
            number: signal.signal(number, self.handle_exit)
            for number in (getattr(signal, name) for name in _SIGNALS if hasattr(signal, name))
        }
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


def serve(
    desk: Desk,
    host: str,
    port: int,
    listening: Callable[[str], None],
) -> None:
    """Serve the pages until SIGTERM or SIGINT comes.

    Neither who asks nor what is asked is logged.

    Parameters
    ----------
    desk : Desk
    host : str
        Name or address of this machine to listen on.
    port : int
        0 = any free one.
    listening : callable
        Told the address once others can connect.

    Raises
    ------
    NetworkError
        When the address or the port cannot be had.
    """
    with _bound(host, port) as bound:
        config = uvicorn.Config(
            application(desk, allowed_hosts(host)),
            access_log=False,
            lifespan="off",
            log_config=None,
            loop="asyncio",
            proxy_headers=False,
            server_header=False,
            timeout_graceful_shutdown=_SECONDS_TO_FINISH,
            timeout_keep_alive=_SECONDS_OF_SILENCE,
            ws="none",
        )
        shown = f"[{host}]" if ":" in host else host
        # Connections wait from here on until the server takes them.
        bound.listen(config.backlog)
        listening(f"http://{shown}:{bound.getsockname()[1]}/")
        _Server(config).run(sockets=[bound])


def _bound(host: str, port: int) -> socket.socket:
    """Return a socket on an address of this machine."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        bound = socket.socket(family, kind, protocol)
        try:
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            bound.bind(address)
        except OSError:
            bound.close()
            raise
    except (OSError, OverflowError) as problem:
        raise NetworkError(
            f"{host} port {port} cannot be had ({getattr(problem, 'strerror', problem)})",
            "an address of this machine, and a port that is free",
            "choose them with --host and --port",
        ) from None
    return bound
