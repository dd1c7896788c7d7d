"""The addresses of the pages."""

from typing import Annotated
from urllib.parse import parse_qsl

from fastapi import APIRouter, Depends, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from calcsight.patient.citing import CiteForm, cite
from calcsight.terms.errors import NoSuchPageError, RequestError
from calcsight.terms.knowledge_base import Language
from calcsight.web.desk import Desk, checked_question
from calcsight.web.refusals import NOT_KEPT, asked_language
from calcsight.web.rendering import Pages, icon, style_sheet

_READ = ["GET", "HEAD"]
_FORM = "application/x-www-form-urlencoded"
_MEDIA_TYPES = {
    CiteForm.TEXT: "text/plain; charset=utf-8",
    CiteForm.BIBTEX: "application/x-bibtex; charset=utf-8",
    CiteForm.RIS: "application/x-research-info-systems; charset=utf-8",
}
# A style sheet's address holds its digest.
_SECONDS_OF_A_YEAR = 365 * 24 * 3600
_FOR_A_YEAR = {"Cache-Control": f"public, max-age={_SECONDS_OF_A_YEAR}, immutable"}
_ASK_EACH_TIME = {"Cache-Control": "no-cache"}


async def _form_question(request: Request) -> str:
    """Return the question of a form."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != _FORM:
        raise RequestError("a body that is no form", f"a form ({_FORM})", "use the page's form")
    body = (await request.body()).decode("utf-8", "replace")
    try:
        fields = dict(parse_qsl(body, keep_blank_values=True, max_num_fields=8))
    except ValueError:
        fields = {}
    # A browser sends each line end of its box, which it counts as one letter, as two.
    return checked_question(fields.get("question", "").replace("\r\n", "\n"))


def page_routes(desk: Desk, pages: Pages) -> APIRouter:
    """Return the addresses of the pages."""
    router = APIRouter(include_in_schema=False)
    _add_frame(router, pages)
    _add_answers(router, desk, pages)
    _add_topics(router, desk, pages)
    return router


def _add_frame(router: APIRouter, pages: Pages) -> None:
    """Add the pages around the answers."""

    @router.api_route("/", methods=_READ)
    def first(request: Request) -> Response:
        return RedirectResponse(
            f"/{asked_language(request).value}", 303, {"Vary": "Accept-Language", **_ASK_EACH_TIME}
        )

    @router.api_route("/style.css", methods=_READ)
    def style() -> Response:
        return Response(style_sheet(), media_type="text/css", headers=_FOR_A_YEAR)

    @router.api_route("/icon.svg", methods=_READ)
    def picture() -> Response:
        return Response(icon(), media_type="image/svg+xml", headers=_FOR_A_YEAR)

    @router.api_route("/{language}/", methods=_READ)
    def home_of_a_folder(language: Language) -> Response:
        return RedirectResponse(f"/{language.value}", 303)

    @router.api_route("/{language}", methods=_READ)
    def home(language: Language) -> Response:
        return _html(pages.home(language))

    @router.api_route("/{language}/words", methods=_READ)
    def words(language: Language) -> Response:
        return _html(pages.words(language))

    @router.api_route("/{language}/about", methods=_READ)
    def about(language: Language) -> Response:
        return _html(pages.about(language))


def _add_answers(router: APIRouter, desk: Desk, pages: Pages) -> None:
    """Add the page of an answer; a question never stands in an address."""

    @router.post("/{language}/ask")
    def answer(language: Language, question: Annotated[str, Depends(_form_question)]) -> Response:
        # A question in Spanish on the English page is answered in Spanish; English is also what
        # a question without a sign of either is taken for, so the Spanish page keeps to Spanish.
        wanted = None if language is Language.ENGLISH else language
        page = pages.answer(desk.answerer.answer(question, wanted))
        return HTMLResponse(page, headers=NOT_KEPT)

    @router.api_route("/{language}/ask", methods=_READ)
    def nothing_asked(language: Language) -> Response:
        return RedirectResponse(f"/{language.value}", 303)


def _add_topics(router: APIRouter, desk: Desk, pages: Pages) -> None:
    """Add the page of each topic, and how it is cited."""

    @router.api_route("/{language}/topics/{entry_id}", methods=_READ)
    def topic(language: Language, entry_id: str) -> Response:
        return _html(pages.topic(desk.topic(entry_id), language))

    @router.api_route("/{language}/topics/{entry_id}/cite.{suffix}", methods=_READ)
    def citation(language: Language, entry_id: str, suffix: str) -> Response:
        entry = desk.topic(entry_id)
        form = next((one for one in CiteForm if one.suffix == suffix), None)
        if form is None:
            raise NoSuchPageError("no such form of a citation", "txt, bib or ris")
        name = f"{entry.id}-{language.value}.{suffix}"
        return Response(
            cite(entry, language, form, desk.today()),
            media_type=_MEDIA_TYPES[form],
            headers={"Content-Disposition": f'attachment; filename="{name}"', **_ASK_EACH_TIME},
        )


def _html(page: str) -> HTMLResponse:
    """Return a page that a browser may keep, but asks for again."""
    return HTMLResponse(page, headers=_ASK_EACH_TIME)
