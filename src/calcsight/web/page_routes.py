"""The addresses of the pages."""

from collections.abc import Callable
from typing import Annotated, Any
from urllib.parse import parse_qsl

from fastapi import APIRouter, Depends, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from calcsight.patient.citing import CiteForm, cite
from calcsight.terms.errors import NoSuchPageError, RequestError
from calcsight.terms.knowledge_base import Language
from calcsight.web.desk import Desk, checked_question
from calcsight.web.refusals import NOT_KEPT, asked_language
from calcsight.web.rendering import Pages, icon, style_sheet

_FORM = "application/x-www-form-urlencoded"
_MEDIA_TYPES = {
    CiteForm.TEXT: "text/plain; charset=utf-8",
    CiteForm.BIBTEX: "application/x-bibtex; charset=utf-8",
    CiteForm.RIS: "application/x-research-info-systems; charset=utf-8",
}
# A style sheet's address holds its digest.
_FOR_A_YEAR = {"Cache-Control": "public, max-age=31536000, immutable"}
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
    return checked_question(fields.get("question", ""))


def page_routes(desk: Desk, pages: Pages) -> APIRouter:
    """Return the addresses of the pages."""
    router = APIRouter(include_in_schema=False)

    def page(path: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        return router.api_route(path, methods=["GET", "HEAD"])

    @page("/")
    def first(request: Request) -> Response:
        return RedirectResponse(
            f"/{asked_language(request).value}", 303, {"Vary": "Accept-Language", **_ASK_EACH_TIME}
        )

    @page("/style.css")
    def style() -> Response:
        return Response(style_sheet(), media_type="text/css", headers=_FOR_A_YEAR)

    @page("/icon.svg")
    def picture() -> Response:
        return Response(icon(), media_type="image/svg+xml", headers=_FOR_A_YEAR)

    @page("/{language}")
    def home(language: Language) -> Response:
        return _html(pages.home(language))

    @router.post("/{language}/ask")
    def answer(language: Language, question: Annotated[str, Depends(_form_question)]) -> Response:
        # A question in Spanish on the English page is answered in Spanish; English is also what
        # a question without a sign of either is taken for, so the Spanish page keeps to Spanish.
        wanted = None if language is Language.ENGLISH else language
        page = pages.answer(desk.answerer.answer(question, wanted))
        return HTMLResponse(page, headers=NOT_KEPT)

    @page("/{language}/ask")
    def nothing_asked(language: Language) -> Response:
        return RedirectResponse(f"/{language.value}", 303)

    @page("/{language}/topics/{entry_id}")
    def topic(language: Language, entry_id: str) -> Response:
        return _html(pages.topic(desk.topic(entry_id), language))

    @page("/{language}/topics/{entry_id}/cite.{suffix}")
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

    @page("/{language}/words")
    def words(language: Language) -> Response:
        return _html(pages.words(language))

    @page("/{language}/about")
    def about(language: Language) -> Response:
        return _html(pages.about(language))

    return router


def _html(page: str) -> HTMLResponse:
    """Return a page that a browser may keep, but asks for again."""
    return HTMLResponse(page, headers=_ASK_EACH_TIME)
