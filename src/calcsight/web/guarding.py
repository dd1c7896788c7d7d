"""What stands before every page: whose name, how many bytes, and that no failure tells anything."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from calcsight.terms.errors import (
    CalcsightError,
    RequestError,
    RequestTooLargeError,
    WrongHostError,
)

LOGGER = logging.getLogger(__name__)
BODY_BYTES = 8192
_SECONDS_FOR_A_BODY = 20.0
SECURITY_HEADERS: Mapping[str, str] = MappingProxyType(
    {
        "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
    }
)


class Guard:
    """Takes a request only when it is addressed to us and small; answers where the pages fail.

    Nothing of a request goes into a log or an exception: a question may hold anything.

    Parameters
    ----------
    app : ASGI application
    hosts : frozenset of str or None
        Names and addresses by which a browser may ask for us; None = any.
    refused : callable
        Makes the answer to a request, by its scope, that failed with an error.
    """

    def __init__(
        self,
        app: ASGIApp,
        hosts: frozenset[str] | None,
        refused: Callable[[Scope, CalcsightError], Response],
    ) -> None:
        self._app = app
        self._hosts = hosts
        self._refused = refused

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        has_begun = False

        async def guarded_send(message: Message) -> None:
            nonlocal has_begun
            if message["type"] == "http.response.start":
                has_begun = True
                MutableHeaders(scope=message).update(SECURITY_HEADERS)
            await send(message)

        error: CalcsightError
        try:
            self._refuse_another_host(scope)
            body = await _whole_body(scope, receive)
            await self._app(scope, _given_again(body, receive), guarded_send)
            return
        except CalcsightError as problem:
            error = problem
        except Exception as problem:  # noqa: BLE001 - its text may hold the question
            LOGGER.error("internal error (%s)", type(problem).__name__)
            error = CalcsightError("a fault of this software", "", "try again in a while")
        if not has_begun:
            answer = self._refused(scope, error)
            if type(error) is RequestError:
                # Where such a body ends is not known, so what follows is no request.
                answer.headers["Connection"] = "close"
            await answer(scope, receive, guarded_send)

    def _refuse_another_host(self, scope: Scope) -> None:
        """Refuse a request for another name: a foreign page may have led a browser here."""
        said = Headers(scope=scope).get("host", "")
        if self._hosts is not None and _host_alone(said) not in self._hosts:
            raise WrongHostError(
                "a request for another host's name",
                "the name or address that the server was started with",
                "start it with --host",
            )


def allowed_hosts(host: str) -> frozenset[str] | None:
    """Return the names by which a server on an address may be asked; None = any.

    Parameters
    ----------
    host : str
        What the server listens on; every address of the machine ("0.0.0.0", "::") has names that
        cannot be known.
    """
    if host in {"0.0.0.0", "::"}:  # noqa: S104 - compared with, not bound to
        return None
    return frozenset({"127.0.0.1", "::1", "localhost", host.lower()})


def _host_alone(said: str) -> str:
    """Return the name or address of a Host header, without its port."""
    if said.startswith("["):
        return said[1:].partition("]")[0].lower()
    return said.partition(":")[0].lower()


async def _whole_body(scope: Scope, receive: Receive) -> bytes:
    """Read a body; one that is too large is refused before it is read to its end."""
    headers = Headers(scope=scope)
    if "content-length" in headers and "transfer-encoding" in headers:
        raise RequestError("a request that states its length twice", "one length")
    stated = headers.get("content-length", "0")
    if not stated.isdecimal() or int(stated) > BODY_BYTES:
        raise _too_large()
    body = b""
    try:
        async with asyncio.timeout(_SECONDS_FOR_A_BODY):
            while True:
                message: Mapping[str, Any] = await receive()
                if message["type"] == "http.disconnect":
                    raise RequestError("a request that broke off", "a whole one")
                body += bytes(message.get("body", b""))
                if len(body) > BODY_BYTES:
                    raise _too_large()
                if not message.get("more_body", False):
                    return body
    except TimeoutError:
        raise RequestError("a request that was not sent to its end", "a whole one") from None


def _too_large() -> RequestTooLargeError:
    """Return the refusal of a body."""
    return RequestTooLargeError(
        f"a request of more than {BODY_BYTES} bytes", "a question", "ask in fewer words"
    )


def _given_again(body: bytes, receive: Receive) -> Receive:
    """Give a body that was read to the pages, and after it what the client does next."""
    waiting = [{"type": "http.request", "body": body, "more_body": False}]

    async def next_message() -> Message:
        return waiting.pop() if waiting else await receive()

    return next_message
