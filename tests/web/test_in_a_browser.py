"""Every kind of page in a real browser: accessible, without JavaScript, on any width, on paper."""

import io
import shutil
from collections.abc import Iterator, Mapping
from typing import Literal
from urllib.parse import urlsplit

import pypdf
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright
from tests.parts import needs
from tests.web.asking import DESPAIR, IN_SCOPE, OUT_OF_SCOPE, PERSONAL, RED_FLAG, Served, served

from calcsight.terms.knowledge_base import Language

_CHROMIUM = shutil.which("chromium")
pytestmark = needs([] if _CHROMIUM else ["chromium"], "chromium")

# By name: what follows the language in the address, or the question that is asked.
KINDS: Mapping[str, str | Mapping[Language, str]] = {
    "home": "",
    "topic": "/topics/should-i-worry",
    "numbers": "/topics/what-share-is-cancer",
    "words": "/words",
    "about": "/about",
    "missing": "/no-such-page",
    "answer": IN_SCOPE,
    "red flag": RED_FLAG,
    "despair": DESPAIR,
    "personal": PERSONAL,
    "out of scope": OUT_OF_SCOPE,
}
PHONE, DESK = ViewportSize(width=360, height=740), ViewportSize(width=1280, height=800)
NARROW = ViewportSize(width=320, height=640)
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
_OUTLINE = """() => {
  const style = getComputedStyle(document.activeElement), box = document.activeElement
    .getBoundingClientRect();
  return {name: document.activeElement.tagName, style: style.outlineStyle,
    width: parseFloat(style.outlineWidth), left: box.left, id: document.activeElement.id,
    href: document.activeElement.getAttribute("href")};
}"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("web"), "--on", "2029-01-01") as one:
        yield one


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as player:
        browser = player.chromium.launch(executable_path=_CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context(viewport=DESK)
    yield context.new_page()
    context.close()


def go(page: Page, server: Served, kind: str, language: Language) -> None:
    """Open a page of a kind, by its address or by asking; every part of it that folds is open."""
    how = KINDS[kind]
    page.goto(f"{server.address}/{language.value}{how if isinstance(how, str) else ''}")
    if not isinstance(how, str):
        page.fill("textarea", how[language])
        page.click("button")
        page.wait_for_load_state()
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("kind", KINDS)
def test_axe_finds_nothing_wrong_and_nothing_is_fetched_from_elsewhere(
    page: Page, server: Served, kind: str, language: Language
) -> None:
    hosts: set[str | None] = set()
    page.on("request", lambda request: hosts.add(urlsplit(request.url).netloc))
    go(page, server, kind, language)
    # No colour depends on the width: two runs see both schemes and both widths.
    for scheme, size in zip(SCHEMES, (DESK, PHONE), strict=True):
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size(size)
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()
    page.set_viewport_size(NARROW)
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]
    assert page.evaluate("document.documentElement.lang") == language.value
    assert hosts == {urlsplit(server.address).netloc}


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("kind", ["red flag", "despair"])
def test_whom_to_call_first_is_seen_on_a_phone_without_scrolling(
    page: Page, server: Served, kind: str, language: Language
) -> None:
    for size in (PHONE, NARROW):
        page.set_viewport_size(size)
        go(page, server, kind, language)
        box = page.locator(".call a[href^=tel]").first.bounding_box()
        assert box is not None
        assert box["y"] + box["height"] <= size["height"]
        assert page.evaluate("scrollY") == 0


@pytest.mark.parametrize("language", Language)
def test_a_question_is_answered_without_javascript(
    chromium: Browser, server: Served, language: Language
) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{server.address}/{language.value}")
    page.get_by_label({"en": "Your question", "es": "Su pregunta"}[language.value]).fill(
        IN_SCOPE[language]
    )
    page.get_by_role("button").click()
    title = {"en": "Should I worry about breast", "es": "¿Debo preocuparme por las"}
    assert page.locator("h1").inner_text().startswith(title[language.value])
    assert page.url == f"{server.address}/{language.value}/ask"
    details = page.locator("details").first
    details.locator("summary").click()
    assert details.locator("dl").is_visible()
    context.close()


def test_the_keyboard_reaches_everything_and_shows_where_it_is(page: Page, server: Served) -> None:
    page.goto(f"{server.address}/en")
    page.keyboard.press("Tab")
    first = page.evaluate(_OUTLINE)
    assert first["href"] == "#content"
    assert first["left"] >= 0
    reached = []
    for _ in range(12):
        page.keyboard.press("Tab")
        place = page.evaluate(_OUTLINE)
        assert place["style"] != "none", place
        assert place["width"] >= 2, place
        reached.append(place["id"] or place["href"] or place["name"])
    assert {"question", "BUTTON", "/en/words", "/es"} <= set(reached)
    page.goto(f"{server.address}/en/about")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate(_OUTLINE)["id"] == "content"


def test_paper_holds_the_answer_alone(page: Page, server: Served) -> None:
    page.goto(f"{server.address}/en/topics/what-share-is-cancer")
    text = "\n".join(one.extract_text() for one in pypdf.PdfReader(io.BytesIO(page.pdf())).pages)
    said = " ".join(text.split())
    for wanted in (
        "How many calcium specks turn out to be cancer?",
        "What you can do next",
        "At which step of care",
        "Where the answer comes from",
        "No clinician has reviewed this yet",
        "Out of date",
    ):
        assert wanted in said
    for menu in ("Topics", "Español", "Ask another question", "BibTeX", "Your question", "Skip"):
        assert menu not in said
