"""Every gate can fail: each is fed a bad text, and a good one beside it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from types import MappingProxyType
from typing import Any

import pytest
from tests.patient import gates

from benchmarks.patient_texts import ShownText
from benchmarks.readability import measured
from calcsight.knowledge.claims import load_claims
from calcsight.patient.knowledge_files import load_knowledge_base, parsed_entry
from calcsight.patient.plain_words import banned_in, faults_in, unexplained_in
from calcsight.terms.claim import Claim, Grade, Verdict
from calcsight.terms.knowledge_base import (
    EntryText,
    GlossaryTerm,
    KnowledgeEntry,
    KnowledgeSource,
    Language,
    Passage,
    PassageReview,
    passage_digest,
)

EN, ES = Language.ENGLISH, Language.SPANISH
CLAIMS, _ = load_claims()
BASE = load_knowledge_base()
HARD = {
    EN: "Radiological examination demonstrates indeterminate heterogeneous calcifications, "
    "necessitating additional histopathological characterisation.",
    ES: "La exploración radiológica demuestra calcificaciones heterogéneas indeterminadas que "
    "necesitan caracterización histopatológica complementaria.",
}
EASY = {EN: "We need a closer look.", ES: "Hay que mirar más de cerca."}
SOURCE = KnowledgeSource(
    id="made-up",
    title="A page",
    author="not stated",
    publisher="not stated",
    address="not given",
    published="not stated",
    accessed="November 2026",
    seen="the page",
    licence="not stated",
    grade=Grade.ABSTRACT,
)
# A share of cancers with its whole interval under half, and one that is not.
LOW, HIGH = "rominger-2012.coarse-heterogeneous", "rominger-2012.fine-linear-branching"


def text(**changes: Any) -> EntryText:
    """Return a text that passes, with changes."""
    said: dict[str, Any] = {
        "title": "What is it?",
        "names": ("it",),
        "questions": ("What is it?", "Is it bad?", "Why is it there?", "Who knows?", "What now?"),
        "short": "It is small.",
        "longer": ("It can be seen.",),
        "next_step": "Ask your nurse.",
    }
    return EntryText(**{**said, **changes})


def entry(**changes: Any) -> KnowledgeEntry:
    """Return an entry that passes, with changes."""
    whole: dict[str, Any] = {
        "id": "made-up",
        "author": "the tests",
        "written_on": date(2026, 11, 22),
        "texts": {EN: text(), ES: text(next_step="Pregunte a su médica.")},
        "sources": (SOURCE,),
        "claims": (),
        "related": (),
        "reviews": {},
    }
    return KnowledgeEntry(**{**whole, **changes})


def document(english: str, spanish: str = "", passage: str = "short") -> Mapping[str, Any]:
    """Return an entry's file with one passage."""
    return {"en": {passage: english}, "es": {passage: spanish}}


# --- ease


@pytest.mark.parametrize("language", Language)
def test_a_hard_text_is_past_the_stop(language: Language) -> None:
    hard, easy = (
        ShownText(place="x", passage="short", language=language, text=said[language])
        for said in (HARD, EASY)
    )
    assert gates.reading_faults(hard)
    assert not gates.reading_faults(easy)
    assert not gates.reading_faults(replace(hard, passage="name"))
    assert [one.text for _, one in measured([easy, hard], language)] == [hard.text, easy.text]


# --- words


@pytest.mark.parametrize(
    ("said", "language"),
    [
        ("Don’t worry about it.", EN),
        ("There is no need to worry.", EN),
        ("This is good news.", EN),
        ("These specks are harmless.", EN),
        ("It is just calcium.", EN),
        ("Only a few are cancer.", EN),
        ("Your breast is normal.", EN),
        ("The mammogram was negative.", EN),
        ("The tissue looks abnormal.", EN),
        ("You do not have cancer.", EN),
        ("You have cancer.", EN),
        ("You should have the biopsy.", EN),
        ("You must come back.", EN),
        ("You do not need a biopsy.", EN),
        ("They are always benign.", EN),
        ("It is certainly benign.", EN),
        ("Your chance is low.", EN),
        ("The probability of malignancy is low.", EN),
        ("A palpable change.", EN),
        ("Survival is high.", EN),
        ("No se preocupe.", ES),
        ("No hay de qué\npreocuparse.", ES),
        ("Son buenas noticias.", ES),
        ("Son inofensivas.", ES),
        ("Solo es calcio.", ES),
        ("Su seno es normal.", ES),
        ("El resultado es negativo.", ES),
        ("Usted no tiene cáncer.", ES),
        ("Usted debe hacerse la biopsia.", ES),
        ("Usted no necesita una biopsia.", ES),
        ("Siempre benignas.", ES),
        ("Sin duda es benigno.", ES),
        ("Su riesgo es bajo.", ES),
        ("La supervivencia es alta.", ES),
        ("Pregunta a tu médico.", ES),
    ],
)
def test_words_that_are_not_said_are_found(said: str, language: Language) -> None:
    assert banned_in(said, language)
    assert faults_in(said, language)
    assert gates.word_faults(text(short=said), language, "any")
    assert gates.word_faults(text(longer=("Good.", said)), language, "any")
    assert gates.word_faults(text(title=said), language, "any")
    assert gates.word_faults(text(next_step=said), language, "any")


@pytest.mark.parametrize(
    ("said", "language"),
    [
        ("We need a closer look. No cancer cells were found.", EN),
        ("This does not mean that you have cancer.", EN),
        ("It is normal to feel afraid.", EN),
        ("They are no justice, and no worry.", EN),
        ("Hay que mirar más de cerca. No se hallaron células de cáncer.", ES),
        ("Es normal preguntarlo. Está sola en casa.", ES),
        ("Pregunte a su médico.", ES),
    ],
)
def test_words_that_are_near_them_pass(said: str, language: Language) -> None:
    assert not faults_in(said, language)


def test_some_words_may_stand_where_they_are_the_topic() -> None:
    assert not banned_in("Survival is told in five-year figures.", EN, "survival")
    assert banned_in("Survival is told in five-year figures.", EN, "what-is-dcis")
    assert not banned_in("You do not need more pictures.", EN, "letters")


@pytest.mark.parametrize(
    ("said", "language", "explained"),
    [
        ("Some specks look suspicious. Call us.", EN, False),
        ("They look suspicious. Ask. This means that they could come from cancer.", EN, False),
        ("They are called suspicious. It is a word for specks that need a test.", EN, True),
        ("“Suspicious” means that a test is advised. Suspicious specks are few.", EN, True),
        ("Se ven sospechosas. Llame.", ES, False),
        ("Son sospechosas, es decir, piden una prueba.", ES, True),
    ],
)
def test_a_word_is_explained_where_it_first_stands(
    said: str, language: Language, explained: bool
) -> None:
    assert (not unexplained_in(said, language)) == explained
    assert (not gates.word_faults(text(short=said), language, "any")) == explained


def test_a_next_step_that_names_nobody_is_found() -> None:
    assert gates.next_step_faults(text(next_step="Ask for a copy."), EN)
    assert gates.next_step_faults(text(next_step="Pida una copia."), ES)
    assert not gates.next_step_faults(text(next_step="Ask the clinic."), EN)
    assert not gates.next_step_faults(text(next_step="Pida una copia en la clínica."), ES)


def test_a_refusal_without_a_contact_is_found() -> None:
    silent = text(next_step="Read the topics below.")
    nurse = text(next_step="Call your nurse.")
    crisis = text(short="Call a crisis line now.")
    assert gates.refusal_faults(silent, EN, in_despair=False)
    assert not gates.refusal_faults(nurse, EN, in_despair=False)
    assert gates.refusal_faults(nurse, EN, in_despair=True)
    assert not gates.refusal_faults(crisis, EN, in_despair=True)
    assert gates.refusal_faults(text(next_step="Lea los temas."), ES, in_despair=False)


def test_a_technical_word_that_the_glossary_lacks_is_found() -> None:
    term = GlossaryTerm(
        id="biopsy", words={EN: ("biopsy", "biopsies"), ES: ("biopsia",)}, meanings={EN: "", ES: ""}
    )
    said = text(short="A biopsy of the Specimen.", longer=("Biopsies are quick.",))
    assert gates.missing_in_glossary(said, EN, [term]) == ["specimen"]
    assert gates.missing_in_glossary(said, EN, []) == ["biopsies", "biopsy", "specimen"]
    assert gates.missing_in_glossary(text(short="Una biopsia."), ES, [term]) == []


# --- numbers and claims


@pytest.mark.parametrize(
    ("said", "language"),
    [
        ("About 20 of them are cancer.", EN),
        ("Some are 0.5 mm wide.", EN),
        ("Come back in six months.", EN),
        ("Half of the women are called.", EN),
        ("One in eight is called.", EN),
        ("Two women in a hundred.", EN),
        ("It is twice as high.", EN),
        ("Wait half a year.", EN),
        ("In 2024 women were asked, 30 % of them.", EN),
        ("{claim:x.y|in_100} and 3 more", EN),
        ("Vuelva en seis meses.", ES),
        ("La mitad de las mujeres.", ES),
        ("Uno de cada ocho.", ES),
        ("Una de cada diez mujeres.", ES),
        ("Dos mujeres de cien.", ES),
        ("Un tercio de ellas.", ES),
        ("Es el doble.", ES),
        ("Mide 0,5 milímetros.", ES),
        ("Medio año después.", ES),
    ],
)
def test_a_number_outside_a_claim_is_found(said: str, language: Language) -> None:
    assert gates.numbers_outside_claims(said, language)


@pytest.mark.parametrize(
    ("said", "language"),
    [
        ("{claim:x.y|in_100} were cancer. Each of these two pictures helps.", EN),
        ("Category 3, categories 4 and 5, BI-RADS 4A, stage 0.", EN),
        ("A study from 2017. One of these.", EN),
        ("Both breasts. At one place in the breast.", EN),
        ("{claim:x.y|in_100} eran cáncer. Las dos imágenes ayudan.", ES),
        ("La categoría 4 o 5 y la etapa 0.", ES),
        ("Un estudio de 2017. Una de estas.", ES),
    ],
)
def test_a_claim_a_code_and_a_year_are_no_such_number(said: str, language: Language) -> None:
    assert not gates.numbers_outside_claims(said, language)


def test_a_title_holds_a_number_only_if_a_claim_of_its_entry_has_it() -> None:
    six = replace(CLAIMS[LOW], value=6, low=None, high=None, unit="months")
    assert gates.title_numbers_without_claim("Why six months?", EN, [])
    assert gates.title_numbers_without_claim("Why six months?", EN, [CLAIMS[LOW]])
    assert not gates.title_numbers_without_claim("Why six months?", EN, [six])
    assert gates.title_numbers_without_claim("¿Por qué seis meses?", ES, [])
    assert not gates.title_numbers_without_claim("¿Por qué seis meses?", ES, [six])
    assert gates.title_numbers_without_claim("Why half of them?", EN, [six])


@pytest.mark.parametrize(
    "said",
    ["Most are not cancer.", "La mayoría no es cáncer.", "Casi todas son benignas."],
)
def test_most_without_a_claim_that_allows_it_is_found(said: str) -> None:
    language = EN if said.startswith("Most") else ES

    def faults(claim: str, claims: Mapping[str, Claim] = CLAIMS) -> list[str]:
        with_claim = f"{said} {{claim:{claim}|in_100}}"
        return gates.more_than_half_faults(document(with_claim, with_claim), language, claims)

    low, high = CLAIMS[LOW], CLAIMS[HIGH]
    assert low.high is not None
    assert low.high < 50
    assert high.high is not None
    assert high.high >= 50
    assert gates.more_than_half_faults(document(said, said), language, CLAIMS)
    assert not faults(LOW)
    assert faults(HIGH)
    for unfit in (
        {"high": 50.0},
        {"high": None},
        {"unit": "mm"},
        {"verdict": Verdict.WRONG},
        {"grade": Grade.UNSIGNED},
        {"statement": "Women who were called back."},
    ):
        assert faults(LOW, {LOW: replace(low, **unfit)})


def test_at_most_is_no_share() -> None:
    assert not gates.more_than_half_faults(document("At most a few."), EN, CLAIMS)


def test_claims_of_one_language_alone_are_found() -> None:
    low, high = f"{{claim:{LOW}|in_100}}", f"{{claim:{HIGH}|of_100}}"
    assert gates.unlike_claims(document(low, ""))
    assert gates.unlike_claims(document(low, high))
    assert not gates.unlike_claims(document(f"{low} {high}", f"{high} {low}"))
    moved = {"en": {"short": low, "longer": [high]}, "es": {"short": high, "longer": [low]}}
    assert len(gates.unlike_claims(moved)) == 2


# --- completeness


def test_an_entry_that_lacks_something_is_found() -> None:
    assert not gates.completeness_faults(entry())
    four = text(questions=("One?", "Two?", "Three?", "Four?", "Four?"))
    assert gates.completeness_faults(entry(texts={EN: four, ES: text()}))
    for lacking in ({"names": ()}, {"longer": ()}, {"next_step": ""}, {"short": ""}):
        assert gates.completeness_faults(entry(texts={EN: text(), ES: text(**lacking)}))
    assert gates.completeness_faults(entry(texts={EN: text()}))


def test_a_source_that_does_not_tell_all_is_found() -> None:
    assert not gates.source_faults([SOURCE])
    for lacking in ("title", "author", "publisher", "address", "accessed", "seen", "licence"):
        assert gates.source_faults([replace(SOURCE, **{lacking: " "})])  # type: ignore[arg-type]
    unsigned = replace(SOURCE, grade=Grade.UNSIGNED)
    assert gates.source_faults([unsigned, unsigned])
    assert gates.source_faults([])
    assert not gates.source_faults([unsigned, SOURCE])


def test_a_source_replaced_by_nothing_that_is_listed_is_found() -> None:
    old = replace(SOURCE, id="old", superseded_by="made-up")
    assert not gates.superseded_faults({"old": old, "made-up": SOURCE})
    assert gates.superseded_faults({"old": old})
    assert gates.superseded_faults({"old": replace(old, superseded_by="old")})


def test_a_day_ahead_is_found() -> None:
    last = date(2026, 11, 22)
    assert not gates.date_faults(entry(), last)
    assert gates.date_faults(entry(written_on=date(2026, 11, 23)), last)
    late = PassageReview(reviewer="R. Made-up", on=date(2026, 12, 1), digest="")
    assert gates.date_faults(entry(reviews={(EN, Passage.SHORT): late}), last)


def test_a_question_of_two_entries_is_found_however_it_is_written() -> None:
    first = entry(texts={ES: text(title="¿Qué es?", questions=("¿Es cáncer?",))})
    other = entry(texts={ES: text(title="¿Qué son?", questions=("¡es CANCER!",))})
    unlike = entry(texts={ES: text(title="¿Cómo?", questions=("¿Es grave?",))})
    assert gates.questions_asked_twice([first, other])
    assert gates.questions_asked_twice([first, replace(unlike, texts=first.texts)])
    assert not gates.questions_asked_twice([first, unlike])
    # The title of an entry may be one of its own questions.
    assert not gates.questions_asked_twice(
        [entry(texts={EN: text(title="Is it?", questions=("Is it?", "Is it so?"))})]
    )


# --- age and reviews


@pytest.mark.parametrize(
    ("written", "last_fresh", "first_stale"),
    [
        (date(2026, 11, 22), date(2028, 11, 22), date(2028, 11, 23)),
        (date(2024, 2, 29), date(2026, 2, 28), date(2026, 3, 1)),
        (date(2022, 2, 28), date(2024, 2, 28), date(2024, 2, 29)),
        (date(2026, 12, 31), date(2028, 12, 31), date(2029, 1, 1)),
    ],
)
def test_a_text_is_stale_after_24_calendar_months(
    written: date, last_fresh: date, first_stale: date
) -> None:
    assert BASE.stale_after_months == 24
    old = entry(written_on=written)
    assert not old.is_stale(EN, last_fresh, BASE.stale_after_months)
    assert old.is_stale(EN, first_stale, BASE.stale_after_months)


def made_up_entry(reviews: Mapping[tuple[str, Language, Passage], PassageReview]) -> KnowledgeEntry:
    """Return an entry read from a made-up file, with reviews."""
    table = {
        "title": "What is it?",
        "names": ["it"],
        "questions": ["Is it?"],
        "short": "It is.",
        "longer": ["It is, too."],
        "next_step": "Ask your nurse.",
    }
    made = {
        "id": "made-up",
        "author": "the tests",
        "written_on": date(2026, 11, 22),
        "sources": ["made-up"],
        "en": table,
        "es": table,
    }
    return parsed_entry("made-up", made, CLAIMS, {"made-up": SOURCE}, MappingProxyType(reviews))


def test_a_review_of_other_words_does_not_count() -> None:
    words = made_up_entry({}).texts[EN]
    on = date(2027, 1, 2)

    def review(one: Passage, said: str) -> PassageReview:
        return PassageReview(reviewer="R. Made-up", on=on, digest=passage_digest(said))

    right = {("made-up", EN, one): review(one, words.passage(one)) for one in Passage}
    reviewed = made_up_entry(right)
    assert reviewed.is_reviewed(EN)
    assert not reviewed.is_reviewed(ES)
    assert reviewed.checked_on(EN) == on
    assert reviewed.checked_on(ES) == date(2026, 11, 22)
    changed = {**right, ("made-up", EN, Passage.SHORT): review(Passage.SHORT, "It was.")}
    assert not made_up_entry(changed).is_reviewed(EN)
    assert made_up_entry(changed).checked_on(EN) == date(2026, 11, 22)
    assert (EN, Passage.SHORT) not in made_up_entry(changed).reviews
    # Five of six strings: the language is not reviewed.
    assert not made_up_entry(dict(list(right.items())[1:])).is_reviewed(EN)
    # Of another entry.
    assert not made_up_entry(
        {("other", EN, one): right["made-up", EN, one] for one in Passage}
    ).reviews
