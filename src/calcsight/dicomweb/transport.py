"""One HTTP request at a time: within limits, with credentials to one place, with typed errors.

`NetworkError` itself is worth asking again (nothing answered, or the server is busy);
`PeerRefusedError` is an answer that will not change by itself. Neither repeats the body or a
header of an answer: a server may write what it likes into them, a patient's name for one. What
is said is the status and our own words.
"""

import logging
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin

import requests

from calcsight.dicomweb.target import WebTarget, origin_of
from calcsight.terms.errors import NetworkError, PeerRefusedError, UsageError

_CHUNK = 1 << 20
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_MOST_REDIRECTS = 3
# The server is busy or a gateway before it is: worth asking again (RFC 9110 15.6).
_LATER = frozenset({408, 429, 502, 503, 504})
_SAID = {
    400: "it could not understand the request",
    401: "it asks who is there: no credentials, or wrong ones",
    403: "these credentials may not do this",
    404: "it has no such thing under this address",
    406: "it cannot answer in the form asked for",
    409: "it took none of what was sent",
    413: "what was sent is too large for it",
    415: "it does not take what was sent",
}


@dataclass(frozen=True, slots=True)
class Answer:
    """The head of an answer, and its body to come.

    Parameters
    ----------
    status : int
    content_type : str
    chunks : iterator of bytes
        The body in pieces, within the limit of the request; may raise `NetworkError`.
    incomplete : bool
        The server warns that there is more than it lists (PS3.18 8.3.4.4).
    """

    status: int
    content_type: str
    chunks: Iterator[bytes]
    incomplete: bool = False

    def whole(self) -> bytes:
        """Return the body."""
        return b"".join(self.chunks)


class _NoHeads(logging.Filter):
    """Drops the warning in which urllib3 repeats the head of an answer that is damaged."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Tell whether a record may be logged."""
        return "parse headers" not in str(record.msg)


@contextmanager
def _heads_unlogged() -> Iterator[None]:
    """Keep heads of answers out of every log, however its user set it up."""
    loggers = [logging.getLogger(f"urllib3.{one}") for one in ("connection", "connectionpool")]
    dropping = _NoHeads()
    for one in loggers:
        one.addFilter(dropping)
    try:
        yield
    finally:
        for one in loggers:
            one.removeFilter(dropping)


class _Session(requests.Session):
    """Looks at no redirect by itself: it would take in a whole body and a damaged address."""

    def get_redirect_target(self, resp: requests.Response) -> None:
        """Name none."""


class WebSession:
    """Requests to one server.

    Neither proxies, authorities nor passwords (`.netrc`) of the environment are used: what is
    sent, and to whom, is what `target` says. Redirects are followed within its scheme, host and
    port alone.

    Parameters
    ----------
    target : WebTarget
    seconds : callable
        A clock that only goes forward, seconds.
    """

    def __init__(self, target: WebTarget, seconds: Callable[[], float] = time.monotonic) -> None:
        self.target = target
        self._seconds = seconds
        self._session = _Session()
        self._session.trust_env = False
        self._session.verify = str(target.ca_file) if target.ca_file else True
        self._session.headers["Accept-Encoding"] = "identity"
        if target.credentials:
            self._session.headers["Authorization"] = target.credentials.header

    def __enter__(self) -> "WebSession":
        return self

    def __exit__(self, *_: object) -> None:
        self._session.close()

    @contextmanager
    def get(self, path: str, accept: str, most_bytes: int) -> Iterator[Answer]:
        """Ask for what lies under the base; the answer's status is one of success.

        Parameters
        ----------
        path : str
            Below the base, with a query if any.
        accept : str
            Media types.
        most_bytes : int
            Of the body.

        Raises
        ------
        NetworkError
            When the server cannot be reached, breaks off, or sends more than is allowed.
        PeerRefusedError
            When it answers with a status that is none of success.
        """
        url = f"{self.target.base}/{path}"
        for _ in range(_MOST_REDIRECTS + 1):
            with self._sent("GET", url, {"Accept": accept}) as response:
                if response.status_code not in _REDIRECTS:
                    self._refuse(response.status_code, (200, 204, 206))
                    yield self._answer(response, most_bytes)
                    return
                url = self._redirected(url, response.headers.get("Location", ""))
        raise PeerRefusedError(f"{self.target.shown} leads from address to address")

    @contextmanager
    def post(self, path: str, body: bytes, content_type: str, most_bytes: int) -> Iterator[Answer]:
        """Send a body; the answer's status is 200, 202, 409 or refused as by `get`."""
        headers = {"Accept": "application/dicom+json", "Content-Type": content_type}
        with self._sent("POST", f"{self.target.base}/{path}", headers, body) as response:
            self._refuse(response.status_code, (200, 202, 409))
            yield self._answer(response, most_bytes)

    @contextmanager
    def _sent(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes | None = None
    ) -> Iterator[requests.Response]:
        limits = self.target.limits
        with self._foreign_errors(), _heads_unlogged():
            response = self._session.request(
                method,
                url,
                data=body,
                headers=dict(headers),
                stream=True,
                allow_redirects=False,
                timeout=(limits.connect_seconds, limits.read_seconds),
            )
        with response:
            yield response

    def _answer(self, response: requests.Response, most_bytes: int) -> Answer:
        """Give the head, and a body that cannot grow without end or take for ever."""
        return Answer(
            response.status_code,
            response.headers.get("Content-Type", ""),
            self._bounded(response, most_bytes),
            response.headers.get("Warning", "").lstrip().startswith("299"),
        )

    def _bounded(self, response: Any, most_bytes: int) -> Iterator[bytes]:
        total, started = 0, self._seconds()
        with self._foreign_errors():
            for chunk in response.iter_content(_CHUNK):
                total += len(chunk)
                if total > most_bytes:
                    raise PeerRefusedError(
                        f"{self.target.shown} sends more than {most_bytes} bytes",
                        "an answer within the limit",
                    )
                if self._seconds() - started > self.target.limits.whole_seconds:
                    raise NetworkError(
                        f"{self.target.shown} has not ended its answer after "
                        f"{self.target.limits.whole_seconds:.0f} s"
                    )
                yield chunk

    @contextmanager
    def _foreign_errors(self) -> Iterator[None]:
        """Turn what the library raises into errors that repeat nothing of an answer."""
        try:
            yield
        except (requests.exceptions.RequestException, OSError) as problem:
            if "CERTIFICATE_VERIFY_FAILED" in str(problem):
                raise PeerRefusedError(
                    f"the certificate of {self.target.shown} could not be trusted",
                    "a certificate for this host, in date, of an authority that is trusted",
                    "give the file of the hospital's own authority (--ca-file)",
                ) from None
            raise NetworkError(
                f"{self.target.shown} could not be reached, or broke off "
                f"({type(problem).__name__})",
                "a server that answers there",
                "check address and port, and that the server runs",
            ) from None

    def _refuse(self, status: int, wanted: tuple[int, ...]) -> None:
        if status in wanted:
            return
        words = _SAID.get(status, "it could not or would not")
        found = f"{self.target.shown} answered with HTTP status {status}: {words}"
        if status in _LATER:
            raise NetworkError(found, "", "try later")
        raise PeerRefusedError(found, "", "ask who runs the server")

    def _redirected(self, url: str, location: str) -> str:
        """Return where an answer leads, when that is the same server."""
        try:
            following = urljoin(url, location)
            same = bool(location) and origin_of(following.partition("?")[0]) == self.target.origin
        except (UsageError, ValueError):
            same = False
        if not same:
            raise PeerRefusedError(
                f"{self.target.shown} leads to another server",
                "an answer from the server itself: credentials go nowhere else",
                "give the address that it leads to",
            )
        return following
