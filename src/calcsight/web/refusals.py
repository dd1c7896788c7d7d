"""What is answered where nothing can be: a kind page, or the error as JSON."""

from http import HTTPStatus

from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.types import Scope

from calcsight.terms.errors import (
    CalcsightError,
    NoSuchPageError,
    RequestError,
    RequestTooLargeError,
    WrongHostError,
)
from calcsight.terms.knowledge_base import Language
from calcsight.web.desk import too_long
from calcsight.web.http_status import http_status_of
from calcsight.web.rendering import Pages
from calcsight.web.wording import preferred_language

NOT_KEPT = {"Cache-Control": "no-store"}
_WHAT_IS_NEEDED = 'JSON as {"question": "...", "language": "en"}'


class Refusals:
    """Answers to requests that failed; nothing of a request is repeated.

    Parameters
    ----------
    pages : Pages
    """

    def __init__(self, pages: Pages) -> None:
        self._pages = pages

    def refused(self, scope: Scope, error: CalcsightError) -> Response:
        """Return the answer to a request that failed with an error."""
        return self._answer(Request(scope), error, http_status_of(error))

    async def of_error(self, request: Request, problem: Exception) -> Response:
        """Answer a request that raised an error of the tree."""
        assert isinstance(problem, CalcsightError)  # noqa: S101 - as it is registered
        return self._answer(request, problem, http_status_of(problem))

    async def of_form(self, request: Request, problem: Exception) -> Response:
        """Answer a request whose address, query or body has not the form that is needed."""
        assert isinstance(problem, RequestValidationError)  # noqa: S101 - as it is registered
        error = _unreadable()
        wrong = problem.errors()
        if any(one["loc"][0] == "path" for one in wrong):
            error = _no_such_page()
        elif any(one["type"] == "string_too_long" for one in wrong):
            error = too_long()
        return self._answer(request, error, http_status_of(error))

    async def of_http(self, request: Request, problem: Exception) -> Response:
        """Answer a request to no address of ours, or by another method than it takes."""
        assert isinstance(problem, HTTPException)  # noqa: S101 - as it is registered
        error: CalcsightError = _no_such_page()
        status = HTTPStatus(problem.status_code)
        if status is HTTPStatus.BAD_REQUEST:
            # JSON that its reader gives up on: too deep, or a number of too many digits.
            error, status = _unreadable(), http_status_of(_unreadable())
        elif status is not HTTPStatus.NOT_FOUND:
            error = RequestError("a request that this address does not take", "another method")
        answer = self._answer(request, error, status)
        answer.headers.update(problem.headers or {})
        return answer

    def _answer(self, request: Request, error: CalcsightError, status: HTTPStatus) -> Response:
        """Return a page to a browser, JSON to a program."""
        if request.url.path.startswith("/api/"):
            return JSONResponse(error_document(error), status, headers=NOT_KEPT)
        if isinstance(error, WrongHostError):
            return PlainTextResponse(f"{error}\n", status, headers=NOT_KEPT)
        page = self._pages.trouble(asked_language(request), _trouble(error, status))
        return HTMLResponse(page, status, headers=NOT_KEPT)


def error_document(error: CalcsightError) -> dict[str, str]:
    """Return an error as JSON."""
    return {
        "code": error.code,
        "found": error.found,
        "needed": error.needed,
        "to_do": error.advice,
    }


def asked_language(request: Request) -> Language:
    """Return the language of an address, or the one that the browser asks for."""
    first = request.url.path.strip("/").partition("/")[0]
    if first in set(Language):
        return Language(first)
    return preferred_language(request.headers.get("accept-language", ""))


def _unreadable() -> CalcsightError:
    """Return the refusal of a request that has not the form that is needed."""
    return RequestError(
        "a request that cannot be read", _WHAT_IS_NEEDED, "compare with /api/openapi.json"
    )


def _no_such_page() -> NoSuchPageError:
    """Return the refusal of an address."""
    return NoSuchPageError("nothing at that address", "an address of this page", "begin at /")


def _trouble(error: CalcsightError, status: HTTPStatus) -> str:
    """Return which page tells of an error."""
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return "failed"
    if isinstance(error, RequestTooLargeError):
        return "too_long"
    if status is HTTPStatus.UNPROCESSABLE_ENTITY:
        return "no_question"
    return "not_found"
