"""What stands in a letter, in each form and language, and where every sentence comes from."""

import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import cache
from importlib.resources import files
from io import BytesIO
from itertools import product
from pathlib import Path
from typing import Any

import jsonschema
import pypdf
import pypdfium2
import pytest
from tests.patient.letter_records import CLINIC, ON, RECORDS, VIEWS, letter, letter_of, order
from tests.patient.pango import needs_pango

from calcsight.patient.days import day_in_words
from calcsight.patient.facility_file import parsed_facility
from calcsight.patient.knowledge_files import load_knowledge_base, load_sources
from calcsight.patient.letter_facts import ORIGINS, RULE
from calcsight.patient.letter_items import Field
from calcsight.patient.letter_page import letter_page
from calcsight.patient.letter_pdf import letter_pdf
from calcsight.patient.letter_text import letter_text
from calcsight.patient.letter_texts import load_letter_texts, parsed_texts, sentences_of
from calcsight.patient.letter_trace import letter_trace
from calcsight.patient.plain_words import faults_in
from calcsight.patient.readability import READING_LIMITS, reading_figure
from calcsight.reports.json_text import json_text
from calcsight.reports.schemas import SchemaName, schema_of
from calcsight.terms.biopsy import Specimen
from calcsight.terms.errors import GuidanceError, LetterRefused
from calcsight.terms.facility import Facility
from calcsight.terms.final_record import FinalRecord
from calcsight.terms.knowledge_base import Language
from calcsight.terms.letter import Letter, LetterKind, LetterPart
from calcsight.terms.mammogram import Laterality

EACH = list(product(LetterKind, Language))
MARKS = {Language.ENGLISH: "SAMPLE", Language.SPANISH: "EJEMPLO"}
NEVER = re.compile(
    r"\b(don't worry|just|only|good news|suspicious|normal|negative|survival|most|category|"
    r"no se preocupe|solo|sólo|solamente|buenas noticias|sospechos\w+|normal|negativ\w+|"
    r"supervivencia|la mayoría|categoría)\b",
    re.IGNORECASE,
)
SAMPLES = frozenset({LetterKind.BENIGN, LetterKind.MALIGNANT})
each_letter = pytest.mark.parametrize(("kind", "language"), EACH)


@cache
def pdf(kind: LetterKind, language: Language, adopted: bool) -> bytes:
    return letter_pdf(letter(kind, language, CLINIC if adopted else None))


def said(made: Letter, part: LetterPart) -> str:
    return " ".join(one.text for one in made.sentences if one.part is part)


def flat(text: str) -> str:
    return " ".join(text.split())


def pages(content: bytes) -> list[str]:
    return [flat(page.extract_text()) for page in pypdf.PdfReader(BytesIO(content)).pages]


@each_letter
def test_a_letter_has_every_part_in_order(kind: LetterKind, language: Language) -> None:
    made = letter(kind, language, CLINIC)
    assert made.kind is kind
    parts = [one.part for one in made.sentences]
    assert list(dict.fromkeys(parts)) == list(LetterPart)
    assert parts == sorted(parts, key=list(LetterPart).index)
    assert LetterPart.DENSITY not in [one.part for one in letter(kind, language).sentences]


@each_letter
def test_no_sentence_is_half_filled_or_says_what_is_never_said(
    kind: LetterKind, language: Language
) -> None:
    for facility in (None, CLINIC):
        made = letter(kind, language, facility)
        own = [one.text for one in made.sentences if not one.origin.startswith("source:")]
        for text in (made.title, *own):
            assert not set("{}<>") & set(text)
            assert not NEVER.search(text), text
            assert text == flat(text)
        assert all(one[-1] in ".?!_" for one in own)


@each_letter
def test_the_letter_holds_no_id_and_no_category(kind: LetterKind, language: Language) -> None:
    record = replace(RECORDS[kind], reader_id="SENTINEL-reader", exam_uid="1.9.8.7")
    made = letter_of(record, order(kind, language=language), CLINIC)
    for text in (letter_text(made), letter_page(made), json_text(letter_trace(made))):
        assert "SENTINEL" not in text
        assert "1.9.8.7" not in text
        assert "2.25.1" not in text
        assert "reader-2" not in text
        assert not re.search(r"\b(4[ABC]|F1|B1|P-7\d)\b", text)


@each_letter
def test_a_letter_gives_days_and_never_how_long(kind: LetterKind, language: Language) -> None:
    text = letter_text(letter(kind, language, CLINIC))
    assert day_in_words(order(kind).on, language) in text
    assert not re.search(r"\d+ (days?|weeks?|months?|years?|días?|semanas?|mes(es)?|años?)\b", text)
    assert not re.search(r"\d{4}-\d\d-\d\d|\d+/\d+/\d+", text)


@pytest.mark.parametrize(
    ("kind", "language", "part", "words"),
    [
        ("no_finding", "en", "saw", "your mammogram of 1 November 2026"),
        ("benign", "en", "means", "They look like specks that do no harm."),
        ("benign", "es", "saw", "su seno derecho"),
        ("probably_benign", "en", "next", "on 1 May 2027, or close to that day"),
        ("probably_benign", "es", "next", "el 1 de mayo de 2027"),
        ("incomplete", "en", "means", "so we need a closer look."),
        ("biopsy_advised", "en", "means", "does not mean that cancer was found"),
        ("biopsy_benign", "en", "means", "No cancer cells were found in the sample."),
        ("biopsy_benign", "en", "saw", "On 16 November 2026"),
        ("biopsy_benign", "en", "next", "on 16 May 2027"),
        ("high_risk", "en", "means", "It is not a finding of cancer."),
        ("malignant", "en", "saw", "We talked with you about this result on 25 November 2026."),
        ("malignant", "es", "means", "Se encontraron células de cáncer"),
        ("malignant", "en", "means", "DCIS"),
        ("overdue", "en", "saw", "was due on 1 May 2027"),
        ("overdue", "es", "means", "Ese día ya pasó."),
    ],
)
def test_what_each_letter_tells(kind: str, language: str, part: str, words: str) -> None:
    made = letter(LetterKind(kind), Language(language))
    assert words in said(made, LetterPart(part))


def test_the_trace_says_where_a_due_day_comes_from() -> None:
    def fields_of(record: FinalRecord) -> tuple[str, ...]:
        [one] = [one for one in letter_of(record, order()).sentences if "close to that" in one.text]
        return one.fields

    watched, benign = RECORDS[LetterKind.PROBABLY_BENIGN], RECORDS[LetterKind.BIOPSY_BENIGN]
    assert fields_of(watched) == ("final.exam_on", RULE)
    assert fields_of(benign) == ("final.exam_on", "final.biopsies.performed_on", RULE)
    assert fields_of(replace(watched, due_on=date(2027, 3, 1))) == ("final.due_on",)


@each_letter
def test_a_letter_as_it_is_sent_is_easy_to_read(kind: LetterKind, language: Language) -> None:
    made = letter(kind, language)
    own = [one for one in made.sentences if not one.origin.startswith("source:")]
    text = " ".join(one.text.replace("_", "").replace(": ", ".") for one in own)
    assert READING_LIMITS[language].passes_stop(reading_figure(text, language))
    assert not faults_in(text, language, topic="letters")


def test_what_no_record_says_is_not_said() -> None:
    site = replace(RECORDS[LetterKind.BENIGN], scheme="site", laterality=Laterality.UNKNOWN)
    made = letter_of(site, order())
    assert "no harm" not in letter_text(made)
    assert "calcium in your breast." in said(made, LetterPart.SAW)
    watched = replace(RECORDS[LetterKind.PROBABLY_BENIGN], scheme="site")
    assert "no harm" not in letter_text(letter_of(watched, order()))


@pytest.mark.parametrize("language", Language)
def test_without_a_finding_it_tells_what_the_reader_wrote_down(language: Language) -> None:
    made = letter(LetterKind.NO_FINDING, language)
    words = {
        Language.ENGLISH: "The person who read it wrote down no finding that needs more tests now.",
        Language.SPANISH: "Quien la leyó no anotó ningún hallazgo que necesite más pruebas ahora.",
    }
    assert words[language] in said(made, LetterPart.SAW)


def test_a_record_of_one_breast_says_nothing_of_the_other() -> None:
    both = RECORDS[LetterKind.NO_FINDING]
    left = replace(both, laterality=Laterality.LEFT)
    for language, words in (
        (Language.ENGLISH, "It is about your left breast, and not about the other one."),
        (Language.SPANISH, "Trata de su seno izquierdo y no del otro."),
    ):
        ordered = order(language=language)
        assert words in said(letter_of(left, ordered), LetterPart.SAW)
        assert words not in said(letter_of(both, ordered), LetterPart.SAW)
    assert "of that breast" in said(letter_of(left, order()), LetterPart.MEANS)
    views = replace(left, category="0", recommendation=VIEWS)
    assert "not about the other one" in said(letter_of(views, order()), LetterPart.SAW)


@pytest.mark.parametrize("language", Language)
def test_what_surgery_showed_is_not_told_of_the_needle_before_it(language: Language) -> None:
    [taken] = RECORDS[LetterKind.MALIGNANT].biopsies
    [found] = taken.pathology
    [harmless] = RECORDS[LetterKind.BIOPSY_BENIGN].biopsies[0].pathology
    later = replace(found, specimen=Specimen.SURGERY, reported_on=date(2026, 11, 24))
    upgraded = replace(taken, pathology=(harmless, later))
    record = replace(RECORDS[LetterKind.MALIGNANT], biopsies=(upgraded,))
    made = letter_of(record, order(LetterKind.MALIGNANT, language=language))
    day = day_in_words(taken.performed_on, language)
    assert day not in letter_text(made)
    assert {"en": "in surgery", "es": "una cirugía"}[language] in said(made, LetterPart.SAW)
    assert day in letter_text(letter(LetterKind.MALIGNANT, language))


@each_letter
def test_a_calm_letter_gives_way_to_one_that_asks_her_sooner(
    kind: LetterKind, language: Language
) -> None:
    words = {
        Language.ENGLISH: "If another letter or call asks you to come sooner, please do so.",
        Language.SPANISH: "Si otra carta o llamada le pide venir antes, venga antes.",
    }
    calm = {"no_finding", "benign", "probably_benign", "biopsy_benign"}
    told = words[language] in said(letter(kind, language), LetterPart.NEXT)
    assert told is (kind in calm)


def test_a_day_within_the_grace_is_told_as_passed() -> None:
    made = letter_of(RECORDS[LetterKind.PROBABLY_BENIGN], order(on=date(2027, 5, 20)))
    assert "was due on 1 May 2027" in said(made, LetterPart.NEXT)
    assert "close to that day" not in said(made, LetterPart.NEXT)


@each_letter
def test_every_sentence_comes_from_somewhere_that_is_there(
    kind: LetterKind, language: Language
) -> None:
    library, base = load_letter_texts(), load_knowledge_base()
    known = {*ORIGINS.values(), RULE, f"facility.density.{language}"}
    for facility in (None, CLINIC):
        made = letter(kind, language, facility)
        for one in made.sentences:
            assert set(one.fields) <= known
            origin, _, name = one.origin.partition(":")
            if origin == "source":
                assert load_sources()[name].title in one.text
            elif origin == "entry":
                assert one.text in str(base.entries[name].texts[language])
            elif origin == "template":
                assert fits(one.text, template(library.texts, name, language))
            else:
                assert one.origin == "facility.density"
                assert one.text == CLINIC.density[language]


def template(texts: Mapping[str, Any], name: str, language: Language) -> str:
    file, part, item, sentence = name.split(".")
    [found] = [
        one for one in texts[file].items[language] if one.part == part and one.number == int(item)
    ]
    return str(found.sentences[int(sentence) - 1])


def fits(text: str, pattern: str) -> bool:
    """Tell whether a sentence is the template's own, with something put into each field."""
    pieces = [re.escape(one) for one in re.split(r"\{[a-z_]+\}", pattern)]
    return re.fullmatch(".+".join(pieces), text) is not None


@each_letter
def test_the_trace_holds_every_sentence_and_fits_its_schema(
    kind: LetterKind, language: Language
) -> None:
    made = letter(kind, language, CLINIC)
    trace = json.loads(json_text(letter_trace(made)))
    jsonschema.Draft202012Validator(schema_of(SchemaName.LETTER_TRACE)).validate(trace)
    assert [one["text"] for one in trace["sentences"]] == [one.text for one in made.sentences]
    assert trace["digests"]["final"] == "ab" * 32
    text = flat(letter_text(made))
    for one in trace["sentences"]:
        assert one["text"] in text


def test_the_schema_of_the_trace_knows_every_word() -> None:
    properties = schema_of(SchemaName.LETTER_TRACE)["properties"]
    assert properties["kind"]["enum"] == list(LetterKind)
    assert properties["language"]["enum"] == list(Language)
    assert properties["sentences"]["items"]["properties"]["part"]["enum"] == list(LetterPart)


def beyond_the_trace(made: Letter, whole: str, form: str) -> str:
    """Return what a letter shows beyond what its trace holds, each as often as it stands there."""
    trace = letter_trace(made)
    shown = [one["text"] for one in (*trace["sentences"], *trace["frame"])]
    in_pdf_alone = load_letter_texts().words[made.language]["page"]
    for one in sorted(shown, key=len, reverse=True):
        if one == in_pdf_alone and form != "pdf":
            continue
        if one in MARKS.values() and form == "text":  # It has no watermark, and its line twice.
            continue
        assert one in whole, (form, one)
        whole = whole.replace(one, "", 1)
    if made.is_sample and form == "text":
        [again] = [one["text"] for one in trace["frame"] if one["origin"] == "words:sample_line"]
        assert again in whole
        whole = whole.replace(again, "", 1)
    return whole


@needs_pango
@each_letter
@pytest.mark.parametrize("adopted", [True, False])
def test_a_pdf_shows_what_the_trace_holds_and_nothing_else(
    kind: LetterKind, language: Language, adopted: bool
) -> None:
    made = letter(kind, language, CLINIC if adopted else None)
    [shown] = pages(pdf(kind, language, adopted))
    rest = beyond_the_trace(made, shown, "pdf")
    assert re.sub(r"\W|_", "", rest) == "11", "page 1 / 1"


@each_letter
def test_text_and_page_hold_every_sentence_and_nothing_else(
    kind: LetterKind, language: Language
) -> None:
    made = letter(kind, language, None if kind in SAMPLES else CLINIC)
    text, page = letter_text(made), letter_page(made)
    assert max(map(len, text.splitlines())) <= 72
    shown = flat(re.sub(r"<[^>]+>", " ", page.partition("<body>")[2]))
    left = {"text": flat(text), "page": shown}
    for form, whole in left.items():
        assert not re.search(r"[^\W_]", beyond_the_trace(made, whole, form)), form


def test_a_page_fetches_nothing_and_says_its_language() -> None:
    page = letter_page(letter(LetterKind.BENIGN, Language.SPANISH))
    assert '<html lang="es">' in page
    assert not re.search(r"(src|href)=|url\(|@import|<script|http", page)
    assert page.count("<h1>") == 1
    assert "<title>El resultado de su mamografía (EJEMPLO)</title>" in page


def test_what_a_clinic_writes_is_no_markup() -> None:
    hostile = replace(CLINIC, name="<b>&", density={Language.ENGLISH: "{blank} <script>"})
    page = letter_page(letter(LetterKind.BENIGN, facility=hostile))
    assert "<script>" not in page
    assert "&lt;b&gt;&amp;" in page
    assert "{blank} &lt;script&gt;" in page


@needs_pango
@each_letter
def test_a_sample_says_so_on_every_page(kind: LetterKind, language: Language) -> None:
    [shown] = pages(pdf(kind, language, False))
    assert len(pages(pdf(kind, language, True))) == 1
    assert shown.count(MARKS[language]) == 2
    assert letter_text(letter(kind, language)).count(MARKS[language]) == 2
    adopted = letter(kind, language, CLINIC)
    assert MARKS[language] not in letter_text(adopted) + letter_page(adopted)


@needs_pango
def test_a_letter_of_several_pages_bears_the_mark_on_each() -> None:
    long = replace(CLINIC, density={Language.ENGLISH: "Dense. " * 1200}, adopted_by="")
    found = pages(letter_pdf(letter(LetterKind.BENIGN, facility=long)))
    assert len(found) > 2
    assert all("SAMPLE" in one for one in found)
    assert all(f"Page {number} / {len(found)}" in one for number, one in enumerate(found, 1))


def test_an_adopted_letter_names_who_answers_for_it() -> None:
    about = said(letter(LetterKind.BENIGN, facility=CLINIC), LetterPart.SOURCES)
    assert "Dr A. Example of Lakeside Breast Clinic adopted it on 30 November 2026" in about
    unread = said(letter(LetterKind.BENIGN), LetterPart.SOURCES)
    assert "No clinician has reviewed this text yet." in unread
    assert "22 November 2026" in unread


def test_a_letter_is_not_older_than_its_adoption() -> None:
    later = replace(CLINIC, adopted_on=date(2026, 12, 3))
    with pytest.raises(LetterRefused, match="adopts on 2026-12-03"):
        letter(LetterKind.BENIGN, facility=later)
    assert not letter(LetterKind.BENIGN, facility=replace(CLINIC, adopted_on=ON)).is_sample


def test_texts_that_were_written_after_the_adoption_are_samples_again() -> None:
    before = replace(CLINIC, adopted_on=date(2026, 11, 21))
    made = letter(LetterKind.BENIGN, facility=before)
    assert made.is_sample
    assert "Dr A. Example" not in letter_text(made)
    assert "No clinician has reviewed this text yet." in letter_text(made)


def test_whom_to_call_with_and_without_a_profile() -> None:
    assert "Call the breast nurses: +1 555 0100. Hours: 8 to 4." in said(
        letter(LetterKind.BENIGN, facility=CLINIC), LetterPart.CALL
    )
    bare = said(letter(LetterKind.BENIGN), LetterPart.CALL)
    assert bare.startswith("Call the clinic that made your mammogram. Phone: ____")


@needs_pango
@each_letter
def test_the_pdf_is_tagged_and_titled(kind: LetterKind, language: Language) -> None:
    made = letter(kind, language, CLINIC)
    content = pdf(kind, language, True)
    reader = pypdf.PdfReader(BytesIO(content))
    root: Any = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == language
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert b"pdfuaid:part" in root["/Metadata"].get_data()
    assert reader.metadata is not None
    assert reader.metadata.title == made.title
    assert {str(one) for one in reader.metadata.values()} & {"D:20261202", "D:20270701"}
    drawn = pypdfium2.PdfDocument(content)[0].get_textpage().get_text_range()
    assert flat(drawn).count(flat(made.title)) == 1


@needs_pango
def test_the_page_is_understood_as_a_whole(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("WARNING", logger="weasyprint"):
        assert letter_pdf(letter(LetterKind.BENIGN))
    assert not caplog.records


@needs_pango
def test_two_processes_write_the_same_bytes() -> None:
    code = (
        "import hashlib, sys\n"
        "from tests.patient.letter_records import CLINIC, letter\n"
        "from calcsight.patient.letter_pdf import letter_pdf\n"
        "from calcsight.terms.letter import LetterKind\n"
        "made = letter_pdf(letter(LetterKind.OVERDUE, facility=CLINIC))\n"
        "print(hashlib.sha256(made).hexdigest())\n"
    )
    path = ":".join(sys.path)
    digests = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={"PYTHONPATH": path, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(digests) == 1
    other = letter_pdf(letter(LetterKind.OVERDUE))
    assert letter_pdf(letter(LetterKind.OVERDUE)) == other


def test_every_field_is_filled_somewhere() -> None:
    named = {
        match
        for texts in load_letter_texts().texts.values()
        for items in texts.items.values()
        for item in items
        for sentence in item.sentences
        for match in re.findall(r"\{([a-z_]+)\}", sentence)
    }
    title = load_letter_texts().texts["malignant"].titles[Language.ENGLISH]
    assert named | set(re.findall(r"\{([a-z_]+)\}", title)) == set(Field)


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (("{exam_on}", "{patient}"), "{patient}"),
        (("{exam_on}", "{exam_on"), "brace"),
        (('when = ["routine"]', 'when = ["maybe"]'), "maybe"),
        (('when = ["routine"]', 'when = ["finding"]'), "differ between languages"),
        (("bi-rads-2013", "no-such-source"), "no-such-source"),
        (("author =", "colour ="), "author is missing"),
        (("[[en.saw]]", "[[en.seen]]"), "seen"),
    ],
)
def test_texts_that_cannot_be_are_refused(change: tuple[str, str], found: str) -> None:
    path = files("calcsight.patient").joinpath("letters/no_finding.toml")
    changed = path.read_text("utf-8").replace(*change, 1)
    with pytest.raises(GuidanceError, match=r"no_finding\.toml") as refusal:
        parsed_texts("no_finding", tomllib.loads(changed))
    assert found in str(refusal.value)


def test_sentences_are_told_apart() -> None:
    assert sentences_of("One. Two? Three!") == ("One.", "Two?", "Three!")
    assert sentences_of("Call {contact}: {phone}.") == ("Call {contact}: {phone}.",)


def example() -> dict[str, Any]:
    path = files("calcsight.patient").joinpath("facility_example.toml")
    return tomllib.loads(path.read_text("utf-8"))


def test_the_example_of_a_profile_has_every_key_with_a_word_on_each() -> None:
    document = example()
    facility = parsed_facility(document)
    assert facility.has_adopted
    for name in Facility.__dataclass_fields__:
        assert getattr(facility, name), name
    text = files("calcsight.patient").joinpath("facility_example.toml").read_text("utf-8")
    for key in document:
        line = re.search(rf"(?m)^(?:\[{key}\]|{key} =)", text)
        assert line is not None, key
        assert text[: line.start()].rstrip().rpartition("\n")[2].startswith("#"), key


@pytest.mark.parametrize("gone", ["name", "contact"])
def test_a_clinic_that_cannot_be_called_cannot_adopt(gone: str) -> None:
    document = example()
    del document[gone]
    with pytest.raises(GuidanceError, match="adopted"):
        parsed_facility(document)


def test_whom_to_call_is_no_essay() -> None:
    for key in ("name", "phone"):
        document = example()
        document["contact"][key] = "a" * 10_000
        with pytest.raises(GuidanceError, match=f"contact.{key}"):
            parsed_facility(document)


def test_a_profile_without_adoption_makes_samples() -> None:
    document = example()
    del document["adopted"]
    made = letter(LetterKind.BENIGN, facility=parsed_facility(document))
    assert made.is_sample
    assert made.facility == "Example Breast Clinic"


def test_pango_that_is_not_there_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from calcsight.terms.errors import UsageError

    made = letter(LetterKind.BENIGN)
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    with pytest.raises(UsageError, match=r"calcsight\[letters\]"):
        letter_pdf(made)
    monkeypatch.delitem(sys.modules, "weasyprint")
    (tmp_path / "weasyprint.py").write_text("raise OSError('cannot load library')")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(UsageError, match="libpango"):
        letter_pdf(made)
