"""Every page: what it holds, in which language, under which headers."""

import re
from dataclasses import replace
from datetime import date
from html import unescape
from types import MappingProxyType

import pytest
from tests.web.asking import (
    DESPAIR,
    IN_SCOPE,
    OUT_OF_SCOPE,
    PERSONAL,
    RED_FLAG,
    Browser,
    browser,
    desk,
)

from calcsight.patient.answering import Answerer
from calcsight.patient.likeness_file import load_likeness
from calcsight.terms.facility import Facility
from calcsight.terms.knowledge_base import (
    GlossaryTerm,
    Language,
    Passage,
    PassageReview,
    passage_digest,
)
from calcsight.web.desk import QUESTION_LETTERS
from calcsight.web.guarding import BODY_BYTES, SECURITY_HEADERS
from calcsight.web.wording import preferred_language

ENGLISH, SPANISH = Language.ENGLISH, Language.SPANISH
PAGES = ("", "/topics/should-i-worry", "/words", "/about")


@pytest.fixture(scope="module")
def pages() -> Browser:
    return browser()


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("", ENGLISH),
        ("es", SPANISH),
        ("es-MX,es;q=0.9,en;q=0.8", SPANISH),
        ("en-GB,en;q=0.9,es;q=0.8", ENGLISH),
        ("de,es;q=0.3,en;q=0.2", SPANISH),
        ("de", ENGLISH),
        ("es;q=nonsense", ENGLISH),
        ("es;q=0", ENGLISH),
    ],
)
def test_the_first_address_leads_to_the_language_of_the_browser(
    pages: Browser, accepted: str, language: Language
) -> None:
    assert preferred_language(accepted) is language
    answer = pages.get("/", headers={"Accept-Language": accepted})
    assert (answer.status_code, answer.headers["location"]) == (303, f"/{language.value}")
    assert answer.headers["vary"] == "Accept-Language"


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("path", PAGES)
def test_a_page_says_its_language_and_leads_to_the_other(
    pages: Browser, language: Language, path: str
) -> None:
    answer = pages.get(f"/{language.value}{path}")
    assert answer.status_code == 200
    assert f'<html lang="{language.value}">' in answer.text
    for one in Language:
        link = f'<link rel="alternate" hreflang="{one.value}" href="/{one.value}{path}">'
        assert link in answer.text
    other = SPANISH if language is ENGLISH else ENGLISH
    assert f'<a href="/{other.value}{path}" hreflang="{other.value}"' in answer.text


@pytest.mark.parametrize("path", ["/", "/nothing/at/all", "/api/topics", "/style.css"])
def test_every_answer_has_the_headers_that_protect_who_asks(pages: Browser, path: str) -> None:
    answer = pages.get(path)
    for name, value in SECURITY_HEADERS.items():
        assert answer.headers[name] == value
    assert "set-cookie" not in answer.headers
    assert "server" not in answer.headers
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize("path", [*(f"/en{one}" for one in PAGES), "/en/no-such-page"])
def test_a_page_has_no_script_no_style_of_its_own_and_fetches_nothing_from_elsewhere(
    pages: Browser, path: str
) -> None:
    text = pages.get(path).text
    assert not re.search(r"<script|<style|\sstyle=|\son\w+=|javascript:", text, re.IGNORECASE)
    assert not re.findall(r'(?:src|action)="(?:https?:)?//', text)
    fetched = re.findall(r'<link rel="(?:stylesheet|icon)" href="([^"]*)"', text)
    assert len(fetched) == 2
    assert all(one.startswith("/") and pages.get(one).status_code == 200 for one in fetched)


@pytest.mark.parametrize("language", Language)
def test_an_answer_is_the_entry_word_for_word(pages: Browser, language: Language) -> None:
    answer = pages.ask(IN_SCOPE[language], language.value)
    text = desk().topic("should-i-worry").texts[language]
    assert answer.status_code == 200
    shown = re.sub(r"</?a\b[^>]*>", "", answer.text)
    for passage in (text.title, text.short, *text.longer, text.next_step):
        assert passage in unescape(shown)
    assert f'hreflang="{language.value}" href="/{language.value}/topics/should-i-worry"' in (
        answer.text
    )
    assert "MedlinePlus / A.D.A.M." in answer.text
    assert 'rel="noreferrer">https://medlineplus.gov/' in answer.text


def test_an_answer_is_kept_by_nobody_and_does_not_repeat_the_question(pages: Browser) -> None:
    answer = pages.ask("Should I worry about Zyxwvut calcifications?")
    assert answer.headers["cache-control"] == "no-store"
    assert "zyxwvut" not in answer.text.lower()


@pytest.mark.parametrize("question", ["<script>alert(1)</script>", '"><img src=x onerror=y>'])
def test_a_question_that_holds_html_stays_out_of_the_page(pages: Browser, question: str) -> None:
    answer = pages.ask(f"{question} Should I worry about calcifications?")
    assert answer.status_code == 200
    assert "<script" not in answer.text
    assert "onerror" not in answer.text


@pytest.mark.parametrize("language", Language)
def test_a_red_flag_gets_the_contact_first(pages: Browser, language: Language) -> None:
    text = pages.ask(RED_FLAG[language], language.value).text
    reply = desk().base.replies["red-flag"].texts[language]
    contact = '<a href="tel:+005550100">+00 555 0100</a>'
    assert 0 < text.index(contact) < text.index(reply.short)
    assert "+00 555 0199" not in text


@pytest.mark.parametrize("language", Language)
def test_despair_gets_the_crisis_line_of_the_clinic_first(
    pages: Browser, language: Language
) -> None:
    text = pages.ask(DESPAIR[language], language.value).text
    crisis, contact = text.index('"tel:+005550199"'), text.index('"tel:+005550100"')
    assert 0 < crisis < contact
    assert crisis < text.index(desk().base.replies["despair"].texts[language].short)


def test_without_a_profile_no_telephone_is_made_up() -> None:
    text = browser(desk(Facility())).ask(DESPAIR[ENGLISH]).text
    assert "tel:" not in text
    assert "emergency number of your country" in text


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize(
    ("reply", "questions"), [("personal", PERSONAL), ("out-of-scope", OUT_OF_SCOPE)]
)
def test_what_cannot_be_answered_is_refused_kindly(
    pages: Browser, language: Language, reply: str, questions: dict[Language, str]
) -> None:
    answer = pages.ask(questions[language], language.value)
    text = desk().base.replies[reply].texts[language]
    assert answer.status_code == 200
    assert text.title in answer.text
    assert text.short in answer.text
    assert 'class="call"' not in answer.text


def test_a_question_in_spanish_on_the_english_page_is_answered_in_spanish(pages: Browser) -> None:
    answer = pages.ask("¿Debo preocuparme por las calcificaciones?", "en")
    assert '<html lang="es">' in answer.text


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize(("question", "status"), [("", 422), ("   ", 422), ("x" * 1001, 413)])
def test_no_question_or_too_long_a_one_gets_a_kind_page(
    pages: Browser, language: Language, question: str, status: int
) -> None:
    answer = pages.ask(question, language.value)
    assert answer.status_code == status
    assert f'<html lang="{language.value}">' in answer.text
    assert "<textarea" in answer.text
    assert "xxx" not in answer.text


def test_another_body_than_a_form_gets_a_kind_page(pages: Browser) -> None:
    answer = pages.request("POST", "/es/ask", json={"question": "x"})
    assert answer.status_code == 422
    assert "Falta la pregunta" in answer.text


def test_going_back_to_the_address_of_an_answer_leads_to_the_form(pages: Browser) -> None:
    answer = pages.get("/es/ask")
    assert (answer.status_code, answer.headers["location"]) == (303, "/es")


@pytest.mark.parametrize("path", ["/fr", "/en/topics/no-such", "/en/x/y", "/en/topics/a/cite.pdf"])
def test_an_unknown_address_gets_a_kind_page(pages: Browser, path: str) -> None:
    answer = pages.get(path, headers={"Accept-Language": "en"})
    assert answer.status_code == 404
    assert "There is no such page" in answer.text
    assert "no-such" not in answer.text
    spanish = pages.get(path.replace("/en", "/es"), headers={"Accept-Language": "es"})
    assert '<html lang="es">' in spanish.text


def test_a_method_that_an_address_does_not_take_is_refused(pages: Browser) -> None:
    answer = pages.request("DELETE", "/en")
    assert answer.status_code == 405
    assert "GET" in answer.headers["allow"]
    assert pages.request("HEAD", "/en").status_code == 200


@pytest.mark.parametrize("suffix", ["txt", "bib", "ris"])
@pytest.mark.parametrize("language", Language)
def test_a_citation_is_a_file(pages: Browser, language: Language, suffix: str) -> None:
    answer = pages.get(f"/{language.value}/topics/should-i-worry/cite.{suffix}")
    assert answer.status_code == 200
    assert (
        f'filename="should-i-worry-{language.value}.{suffix}"'
        in (answer.headers["content-disposition"])
    )
    assert desk().topic("should-i-worry").texts[language].title in answer.text


def test_an_old_text_is_called_old() -> None:
    page = "/en/topics/should-i-worry"
    assert "Out of date" not in browser().get(page).text
    assert "Out of date" in browser(desk(today=date(2029, 1, 1))).get(page).text


def test_a_body_over_the_limit_is_refused_whether_its_length_is_stated_or_not(
    pages: Browser,
) -> None:
    async def pieces() -> object:
        for _ in range(100):
            yield b"question=" + b"x" * 1000

    stated = pages.request("POST", "/en/ask", content=b"x" * (BODY_BYTES + 1))
    chunked = pages.request("POST", "/en/ask", content=pieces())
    assert (stated.status_code, chunked.status_code) == (413, 413)
    assert "too long for us" in chunked.text


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8000", "127.0.0.1.evil.example"])
def test_a_request_by_another_name_is_refused(pages: Browser, host: str) -> None:
    answer = pages.get("/en", headers={"Host": host})
    assert answer.status_code == 421
    assert "evil" not in answer.text


@pytest.mark.parametrize("host", ["localhost:9", "127.0.0.1", "[::1]:8000", "LOCALHOST"])
def test_a_request_by_a_name_of_this_machine_is_taken(pages: Browser, host: str) -> None:
    assert pages.get("/en", headers={"Host": host}).status_code == 200


def test_line_ends_count_as_they_count_in_the_box(pages: Browser) -> None:
    box = ("calcium specks?\n" * QUESTION_LETTERS)[:QUESTION_LETTERS]
    assert pages.ask(box.replace("\n", "\r\n")).status_code == 200
    assert pages.ask(f"{box}.".replace("\n", "\r\n")).status_code == 413


@pytest.mark.parametrize("path", ["/en/?question=Zyx", "/es/"])
def test_a_slash_at_the_end_leads_to_the_page_and_repeats_nothing(
    pages: Browser, path: str
) -> None:
    answer = pages.get(path)
    assert (answer.status_code, answer.headers["location"]) == (303, path[:3])
    assert pages.get("/en/words/").status_code == 404


def test_a_personal_question_shows_whom_to_ask_and_one_out_of_scope_does_not(
    pages: Browser,
) -> None:
    contact = '<a href="tel:+005550100">+00 555 0100</a>'
    assert contact in pages.ask(PERSONAL[ENGLISH]).text
    assert contact not in pages.ask(OUT_OF_SCOPE[ENGLISH]).text


@pytest.mark.parametrize("question", ["How do I bake bread?", "🙂"])
def test_no_topic_is_called_near_that_is_not(pages: Browser, question: str) -> None:
    text = pages.ask(question).text
    assert "Topics that come close" not in text
    assert 'href="/en#topics">Or choose a topic' in text
    assert "Topics that come close" in pages.ask("How much does a mammogram cost?").text


def test_a_review_is_shown_with_its_name_and_day() -> None:
    base = desk().base
    entry = base.entries["should-i-worry"]
    reviews = {
        (ENGLISH, one): PassageReview(
            reviewer="R. <Reader>",
            on=date(2026, 12, 24),
            digest=passage_digest(entry.texts[ENGLISH].passage(one)),
        )
        for one in Passage
    }
    reviewed = replace(entry, reviews=MappingProxyType(reviews))
    other = replace(base, entries=MappingProxyType({**base.entries, entry.id: reviewed}))
    pages = browser(replace(desk(), answerer=Answerer(other, load_likeness())))
    page = pages.get("/en/topics/should-i-worry").text
    assert "<span>Reviewed by R. &lt;Reader&gt; on 24 December 2026.</span>" in page
    assert "No clinician" not in page
    assert "Ningún profesional de la salud" in pages.get("/es/topics/should-i-worry").text
    assert "Each page says whether a clinician has reviewed it" in pages.get("/en/about").text


def test_what_stays_in_english_on_a_spanish_page_is_marked(pages: Browser) -> None:
    page = pages.get("/es/topics/what-share-is-cancer").text
    assert re.search(r'<li><span lang="en">[^<]+</span> \(Otros estudios dicen', page)


def test_technical_words_lead_to_their_meaning_once() -> None:
    base = desk().base
    term = GlossaryTerm(
        id="calcium",
        words={ENGLISH: ("calcium", "calcium specks"), SPANISH: ("calcio",)},
        meanings={ENGLISH: "A mineral <of bones>.", SPANISH: "Un mineral."},
        entry="should-i-worry",
    )
    entry = base.entries["should-i-worry"]
    text = replace(entry.texts[ENGLISH], short="Calcium specks & calcium <b>.", longer=("Calcium",))
    changed = replace(entry, texts=MappingProxyType({**entry.texts, ENGLISH: text}))
    entries = MappingProxyType({**base.entries, entry.id: changed})
    other = replace(base, glossary=(term,), entries=entries)
    pages = browser(replace(desk(), answerer=Answerer(other, load_likeness())))
    page = pages.get("/en/topics/should-i-worry").text
    assert (
        '<a class="term" href="#word-calcium">Calcium specks</a> &amp; calcium &lt;b&gt;.' in page
    )
    assert page.count('class="term"') == 1
    assert '<dt id="word-calcium"><dfn>calcium</dfn></dt>' in page
    assert "A mineral &lt;of bones&gt;." in page
    assert "Un mineral." in pages.get("/es/words").text
