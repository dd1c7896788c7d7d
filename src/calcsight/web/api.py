"""The JSON interface: the same answers, for programs."""

from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Query, Response

from calcsight.patient.answer_document import answer_document
from calcsight.terms.patient_answer import AnswerKind, PatientAnswer
from calcsight.web.api_documents import (
    Answer,
    Asked,
    ChapterDocument,
    TopicName,
    Topics,
    Trouble,
    Wanted,
    WordDocument,
    Words,
)
from calcsight.web.chapters import chapters
from calcsight.web.desk import Desk, checked_question
from calcsight.web.refusals import NOT_KEPT

_Query = Annotated[Wanted, Query()]
_OTHERWISE: dict[int | str, dict[str, Any]] = {
    "default": {"model": Trouble, "description": "Why there is no answer."}
}
_UNREADABLE: dict[int | str, dict[str, Any]] = {
    422: {"model": Trouble, "description": "The request cannot be read."}
}
_TOO_LARGE: dict[int | str, dict[str, Any]] = {
    413: {"model": Trouble, "description": "More bytes than a question has."}
}
_UNKNOWN: dict[int | str, dict[str, Any]] = {
    404: {"model": Trouble, "description": "There is no such topic."}
}


def api_routes(desk: Desk) -> APIRouter:
    """Return the addresses of the JSON interface."""
    router = APIRouter(prefix="/api", responses=_OTHERWISE)

    @router.post("/ask", responses={**_UNREADABLE, **_TOO_LARGE}, summary="Answer a question")
    def ask(asked: Asked, response: Response) -> Answer:
        response.headers.update(NOT_KEPT)
        return _answer(desk, desk.answerer.answer(checked_question(asked.question), asked.language))

    @router.get("/ask", include_in_schema=False)
    def asked_by_get() -> None:
        # A question never stands in an address.
        raise HTTPException(405, headers={"Allow": "POST"})

    @router.get("/topics", responses=_UNREADABLE, summary="List the topics by chapters")
    def topics(wanted: _Query) -> Topics:
        language = wanted.lang
        return Topics(
            language=language,
            knowledge_base=desk.base.digest,
            chapters=[
                ChapterDocument(
                    title=one.title,
                    topics=[
                        TopicName(entry=entry.id, title=entry.texts[language].title)
                        for entry in one.entries
                    ],
                )
                for one in chapters(desk.base, language)
            ],
        )

    @router.get(
        "/topics/{entry_id}", responses={**_UNREADABLE, **_UNKNOWN}, summary="Read one topic"
    )
    def topic(entry_id: str, wanted: _Query) -> Answer:
        found = PatientAnswer(
            kind=AnswerKind.ANSWER, language=wanted.lang, entry=desk.topic(entry_id), closest=()
        )
        return _answer(desk, found)

    @router.get("/words", responses=_UNREADABLE, summary="Read the glossary")
    def words(wanted: _Query) -> Words:
        language = wanted.lang
        return Words(
            language=language,
            words=[
                WordDocument(
                    id=one.id,
                    words=list(one.words[language]),
                    meaning=one.meanings[language],
                    entry=one.entry,
                )
                for one in desk.base.glossary
            ],
        )

    return router


def _answer(desk: Desk, answer: PatientAnswer) -> Answer:
    """Return the document of an answer, checked against its description."""
    return Answer.model_validate(answer_document(answer, desk.facility, desk.today(), desk.base))
