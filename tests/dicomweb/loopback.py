"""A tiny HTTP server of this machine that answers what a test tells it, and remembers requests."""

import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass(frozen=True, slots=True)
class Asked:
    """One request as it came."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer; `length` says another length than the body has."""

    status: int = 200
    body: bytes = b""
    content_type: str = "application/dicom+json"
    headers: dict[str, str] = field(default_factory=dict)
    length: int | None = None


Answering = Callable[[Asked], Reply]


@dataclass(slots=True)
class Loopback:
    """The running server."""

    url: str
    asked: list[Asked] = field(default_factory=list)


@contextmanager
def loopback(answering: Answering, tls: ssl.SSLContext | None = None) -> Iterator[Loopback]:
    """Serve until the block ends; with `tls` by https."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request: object, client_address: object) -> None:
            """A client that turns away from a certificate is no fault of the test."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _serve(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            one = Asked(self.command, self.path, dict(self.headers), self.rfile.read(length))
            running.asked.append(one)
            reply = answering(one)
            self.send_response(reply.status)
            self.send_header("Content-Type", reply.content_type)
            sent = len(reply.body) if reply.length is None else reply.length
            self.send_header("Content-Length", str(sent))
            for name, value in reply.headers.items():
                self.send_header(name, value)
            if reply.length is not None:
                self.close_connection = True
            self.end_headers()
            try:
                self.wfile.write(reply.body)
            except ConnectionError:
                self.close_connection = True

        do_GET = do_POST = _serve  # noqa: N815 - as the base class calls them

        def log_message(self, format: str, *args: object) -> None:
            """Write nothing."""

    server = Server(("127.0.0.1", 0), Handler)
    if tls is not None:
        server.socket = tls.wrap_socket(
            server.socket, server_side=True, do_handshake_on_connect=False
        )
    scheme = "http" if tls is None else "https"
    running = Loopback(f"{scheme}://127.0.0.1:{server.server_address[1]}/dicom-web")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield running
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
