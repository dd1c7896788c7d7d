"""The counter against passages counted by hand, word by word, and the formulas worked out."""

from dataclasses import dataclass

import pytest

from calcsight.patient.readability import (
    READING_LIMITS,
    TextCounts,
    counted,
    english_grade,
    reading_figure,
    smog,
    spanish_ease,
)
from calcsight.patient.sentences import sentences_of, words_of
from calcsight.patient.syllables import syllables
from calcsight.terms.knowledge_base import Language

EN, ES = Language.ENGLISH, Language.SPANISH


@dataclass(frozen=True, kw_only=True)
class Passage:
    """A text; its words cut by hand (`written=spoken` where they differ); its counts, by hand."""

    text: str
    cut: str
    counts: TextCounts

    def by_hand(self) -> list[tuple[str, int]]:
        """Return each word with the number of its syllables."""
        pairs = [one.rpartition("=") for one in self.cut.split()]
        return [
            (written or spoken.replace("-", ""), spoken.count("-") + 1)
            for written, _, spoken in pairs
        ]


ENGLISH = {
    "plain": Passage(
        text="We need a closer look at one part of your breast. This does not mean that you have "
        "cancer. We will take a few more pictures. Then a doctor will look at them and call you.",
        # 12 + 9 + 8 + 11 syllables in 11 + 8 + 7 + 10 words
        cut="We need a clos-er look at one part of your breast "
        "This does not mean that you have can-cer "
        "We will take a few more pic-tures "
        "Then a doc-tor will look at them and call you",
        counts=TextCounts(sentences=4, words=36, syllables=40, polysyllables=0),
    ),
    "abbreviations": Passage(
        text="Dr. Lane saw specks of 0.5 mm in the film. They may be old, e.g. from a bruise. "
        "In 2 of 100 women more tests are needed.",
        # 17 + 11 + 13 in 10 + 9 + 9; long: 0.5, millimeters, example, 100
        cut="doc-tor Lane saw specks of 0.5=ze-ro-point-five mil-li-me-ters in the film "
        "They may be old for ex-am-ple from a bruise "
        "In 2=two of 100=one-hun-dred wom-en more tests are need-ed",
        counts=TextCounts(sentences=3, words=28, syllables=41, polysyllables=4),
    ),
    "list": Passage(
        text="Ask your nurse:\n- Who will call me?\n- When is my next\n  visit?\n"
        "- What should I bring\n\nBring the letter with you.",
        # 3 + 4 + 6 + 4 + 6 in 3 + 4 + 5 + 4 + 5
        cut="Ask your nurse Who will call me When is my next vis-it What should I bring "
        "Bring the let-ter with you",
        counts=TextCounts(sentences=5, words=21, syllables=23, polysyllables=0),
    ),
    "hard": Passage(
        text="Amorphous calcifications are too hazy to show a shape. A radiologist will usually "
        "recommend a stereotactic biopsy. The pathologist examines the tissue with a microscope.",
        # 16 + 23 + 16 in 9 + 8 + 8; long: 2 + 5 + 3
        cut="A-mor-phous cal-ci-fi-ca-tions are too ha-zy to show a shape "
        "A ra-di-ol-o-gist will u-su-al-ly rec-om-mend a ster-e-o-tac-tic bi-op-sy "
        "The pa-thol-o-gist ex-am-ines the tis-sue with a mi-cro-scope",
        counts=TextCounts(sentences=3, words=25, syllables=55, polysyllables=10),
    ),
    "initials": Passage(
        text="Is DCIS stage 0? It's a follow-up question. An MRI can't show calcium! "
        "The nurse's notes aren't ready at 3 p.m. Come back soon.",
        # 8 + 7 + 9 + 11 + 3 in 4 + 4 + 5 + 8 + 3; long: DCIS, follow-up, MRI, calcium
        cut="Is DCIS=d-c-i-s stage 0=ze-ro It's a follow-up=fol-low-up ques-tion "
        "An MRI=m-r-i can't show cal-ci-um "
        "The nurse's=nurs-es notes aren't read-y at 3=three PM=p-m Come back soon",
        counts=TextCounts(sentences=5, words=24, syllables=38, polysyllables=4),
    ),
}
SPANISH = {
    "plain": Passage(
        text="Vemos puntos de calcio en su seno. Hay que mirarlos de cerca. "
        "Le tomaremos dos imágenes más. Después la llamará su médica.",
        # 11 + 8 + 11 + 10 in 7 + 5 + 5 + 5; long: mirarlos, tomaremos, imágenes, llamará, médica
        cut="Ve-mos pun-tos de cal-cio en su se-no Hay que mi-rar-los de cer-ca "
        "Le to-ma-re-mos dos i-má-ge-nes más Des-pués la lla-ma-rá su mé-di-ca",
        counts=TextCounts(sentences=4, words=22, syllables=40, polysyllables=5),
    ),
    "hiatus": Passage(
        text="Mi tía leía el país en una guía. Había un vehículo ahí. El búho oía el río.",
        # 14 + 10 + 9 in 8 + 4 + 5; long: leía, había, vehículo, oía
        cut="Mi tí-a le-í-a el pa-ís en u-na guí-a Ha-bí-a un ve-hí-cu-lo a-hí "
        "El bú-ho o-í-a el rí-o",
        counts=TextCounts(sentences=3, words=17, syllables=33, polysyllables=4),
    ),
    "diphthongs": Passage(
        text="Quiero que siga el guion y que guíe bien a quien pregunte. Muy pronto hoy hay "
        "vergüenza. Los rayos y la aguja ayudan. El pingüino huyó.",
        # 17 + 8 + 11 + 6 in 12 + 5 + 6 + 3; long: pregunte, vergüenza, aguja, ayudan, pingüino
        cut="Quie-ro que si-ga el guion y que guí-e bien a quien pre-gun-te "
        "Muy pron-to hoy hay ver-güen-za Los ra-yos y la a-gu-ja a-yu-dan El pin-güi-no hu-yó",
        counts=TextCounts(sentences=4, words=26, syllables=42, polysyllables=5),
    ),
    "hard": Passage(
        text="La radióloga recomienda una biopsia estereotáctica. Las microcalcificaciones "
        "agrupadas necesitan ampliación. El anatomopatólogo estudiará el tejido.",
        # 20 + 20 + 17 in 6 + 5 + 5; long: 3 + 4 + 3
        cut="La ra-dió-lo-ga re-co-mien-da u-na biop-sia es-te-re-o-tác-ti-ca "
        "Las mi-cro-cal-ci-fi-ca-cio-nes a-gru-pa-das ne-ce-si-tan am-plia-ción "
        "El a-na-to-mo-pa-tó-lo-go es-tu-dia-rá el te-ji-do",
        counts=TextCounts(sentences=3, words=16, syllables=57, polysyllables=10),
    ),
    "abbreviations": Passage(
        text="La Dra. Ruiz vio 13 puntos de 0,5 mm. Pregunte, p. ej.:\n- ¿Qué vio?\n"
        "- ¿Cuándo vuelvo?\n\nEn 2 de cada 100 mujeres (el 2 %) hay cáncer.",
        # 21 + 7 + 2 + 4 + 17 in 9 + 3 + 2 + 2 + 12; long: doctora, 0,5, milímetros, pregunte,
        # ejemplo, mujeres
        cut="La doc-to-ra Ruiz vio 13=tre-ce pun-tos de 0,5=ce-ro-co-ma-cin-co mi-lí-me-tros "
        "Pre-gun-te por e-jem-plo Qué vio Cuán-do vuel-vo "
        "En 2=dos de ca-da 100=cien mu-je-res el 2=dos por cien-to hay cán-cer",
        counts=TextCounts(sentences=5, words=28, syllables=51, polysyllables=6),
    ),
}
BOTH = [
    pytest.param(passage, language, id=f"{language}-{name}")
    for language, passages in ((EN, ENGLISH), (ES, SPANISH))
    for name, passage in passages.items()
]

# Beyond the passages: words by which a simple rule goes wrong, cut by hand.
HARD_ENGLISH = """
a-ble ache a-gree-ment al-most al-read-y a-nal-y-sis an-ti-bi-ot-ics anx-i-e-ty ar-e-a ar-ter-ies
as-so-ci-at-ed asked at-yp-i-cal a-typ-i-a bath-ing be-cause be-fore be-ing be-nign be-yond breast
breathe bruise build cal-ci-um called can-cer-ous care-ful car-ci-no-ma cau-tious cells cen-tre
chang-es chest clos-est close-ly co-a-lesce com-plete-ly con-tin-ue con-tin-u-ous core
co-or-di-nate cre-ate cysts dair-y dan-ger-ous dense di-ag-no-sis di-et dif-fer-ent dis-eas-es
do-ing duc-tal dys-tro-phic each ear-li-er ear-ly ed-ges egg-shell en-tire-ly e-val-u-ate ev-ery
ev-ery-one ex-am-ple ex-pe-ri-ence eyes fam-i-ly fi-bro-ad-e-no-ma fine-ly flu-id gen-er-al guess
guide hand-led heal healed here het-er-o-ge-ne-ous hor-mones hour how-ev-er hun-dred i-de-a
im-ag-es im-plants in-fec-tion in-flu-ence in-va-sive is-n't joined just knee lat-er lay-er length
le-sion like-ly lin-e-ar lit-tle lob-ules looked ly-ing mag-ni-fi-ca-tion ma-lig-nant mam-mo-gram
mea-sure med-i-cine mil-lion mi-cro-cal-ci-fi-ca-tions move-ment mus-cle na-ture nee-dles nee-dle
nip-ple no-ticed nu-cle-ar nurs-es of-ten one o-pin-ion peo-ple pe-ri-od phy-si-cian piec-es
ple-o-mor-phic please pos-si-ble pre-vi-ous prob-a-bly qui-et ques-tion ra-di-a-tion re-al-ly
re-gion re-gion-al re-li-a-ble re-sults rhythm sam-ple sci-ence screen-ing seg-men-tal se-ri-ous
sev-er-al shapes shared si-lent siz-es some-thing spe-cial stitch-es stud-y-ing suit sur-geon
sus-pi-cious symp-toms tak-en their they're tis-sue tri-al try-ing tubes typ-i-cal-ly ul-tra-sound
un-cer-tain un-u-su-al used use-ful u-su-al-ly val-ue var-i-ous vas-cu-lar ves-sels vi-ta-min
wait-ed walls were who-ev-er pace-mak-er eu-ro-pe-an cen-tred wom-an's wor-ried yel-low your
"""
HARD_SPANISH = """
a-é-re-o a-gua a-ho-ra a-hí al-co-hol an-ti-in-fla-ma-to-rio a-ún aun-que a-ve-ri-guáis be-nig-no
bi-lin-güe biop-sia bue-no cal-ci-fi-ca-ción ca-os ciu-dad co-he-te co-o-pe-rar cre-er cue-llo
cuen-ta cui-da-do cuí-de-se des-hie-lo dí-a diag-nós-ti-co dos duc-to ec-to-pia e-co-gra-fí-a
es-ta-dio es-tu-dio fe-o fi-bro-a-de-no-ma fiel flui-do gue-rra guí-a há-bi-to hé-ro-e
he-te-ro-gé-ne-a hia-to hier-ba hi-jo hoy hue-so huir i-de-a i-ma-gen í-ri-do ju-ven-tud lec-tu-ra
le-ón lim-piar lí-ne-a lue-go ma-íz ma-mo-gra-fí-a me-dia mie-do muy ne-o-na-tal nú-cle-o o-í-do
ó-se-o o-tro-ra pa-ís oi-go pe-zón pie piel pin-cha-zo pre-gun-te pro-hí-be prohi-bir
pun-tia-gu-do qué qui-rúr-gi-co quis-te ra-íz ra-yos re-ír reu-nión rui-do sa-a-ve-dra seis se-ñal
si-guien-te sue-ro ta-ma-ño tam-bién te-ó-ri-co tí-a tra-er tri-ple ú-til va-cí-o va-cu-na
ver-güen-za vie-ne viu-da vi-vió vol-ve-rá yo yu-gu-lar za-na-ho-ria
"""


@pytest.mark.parametrize(("passage", "language"), BOTH)
def test_every_word_is_counted_as_by_hand(passage: Passage, language: Language) -> None:
    by_hand = passage.by_hand()
    words = words_of(passage.text, language)
    assert list(words) == [word for word, _ in by_hand]
    assert [(word, syllables(word, language)) for word in words] == by_hand


@pytest.mark.parametrize(("passage", "language"), BOTH)
def test_the_counts_of_a_passage_are_those_by_hand(passage: Passage, language: Language) -> None:
    assert sum(number for _, number in passage.by_hand()) == passage.counts.syllables
    assert counted(passage.text, language) == passage.counts


@pytest.mark.parametrize(
    ("name", "grade"),
    [
        # 0.39 x 9 + 11.8 x 40 / 36 - 15.59 = 3.51 + 13.1111 - 15.59
        ("plain", 1.0311),
        # 0.39 x 28 / 3 + 11.8 x 41 / 28 - 15.59 = 3.64 + 17.2786 - 15.59
        ("abbreviations", 5.3286),
        # 0.39 x 4.2 + 11.8 x 23 / 21 - 15.59 = 1.638 + 12.9238 - 15.59
        ("list", -1.0282),
        # 0.39 x 25 / 3 + 11.8 x 2.2 - 15.59 = 3.25 + 25.96 - 15.59
        ("hard", 13.62),
        # 0.39 x 4.8 + 11.8 x 38 / 24 - 15.59 = 1.872 + 18.6833 - 15.59
        ("initials", 4.9653),
    ],
)
def test_the_grade_of_flesch_and_kincaid(name: str, grade: float) -> None:
    assert english_grade(ENGLISH[name].text) == pytest.approx(grade, abs=1e-4)
    assert reading_figure(ENGLISH[name].text, EN) == english_grade(ENGLISH[name].text)


@pytest.mark.parametrize(
    ("text", "grade"),
    [
        # No long word: the constant alone.
        (ENGLISH["plain"].text, 3.1291),
        # 10 long words in 3 sentences: 1.0430 x sqrt(100) + 3.1291
        (ENGLISH["hard"].text, 13.5591),
        # 30 sentences with one each: 1.0430 x sqrt(30) + 3.1291 = 5.7127 + 3.1291
        ("The biopsy went well. " * 30, 8.8418),
    ],
)
def test_the_smog_grade(text: str, grade: float) -> None:
    assert smog(text) == pytest.approx(grade, abs=1e-4)


@pytest.mark.parametrize(
    ("name", "ease"),
    [
        # 206.84 - 60 x 40 / 22 - 1.02 x 5.5 = 206.84 - 109.0909 - 5.61
        ("plain", 92.1391),
        # 206.84 - 60 x 33 / 17 - 1.02 x 17 / 3 = 206.84 - 116.4706 - 5.78
        ("hiatus", 84.5894),
        # 206.84 - 60 x 42 / 26 - 1.02 x 6.5 = 206.84 - 96.9231 - 6.63
        ("diphthongs", 103.2869),
        # 206.84 - 60 x 57 / 16 - 1.02 x 16 / 3 = 206.84 - 213.75 - 5.44
        ("hard", -12.35),
        # 206.84 - 60 x 51 / 28 - 1.02 x 5.6 = 206.84 - 109.2857 - 5.712
        ("abbreviations", 91.8423),
    ],
)
def test_the_ease_of_fernandez_huerta(name: str, ease: float) -> None:
    assert spanish_ease(SPANISH[name].text) == pytest.approx(ease, abs=1e-4)
    assert reading_figure(SPANISH[name].text, ES) == spanish_ease(SPANISH[name].text)


def test_longer_sentences_and_longer_words_are_harder_in_both_languages() -> None:
    assert english_grade("We look. We call.") < english_grade("We look, we call.")
    assert english_grade("We look.") < english_grade("We investigate.")
    assert spanish_ease("Lo vemos. Lo vemos.") > spanish_ease("Lo vemos, lo vemos.")
    assert spanish_ease("Lo vemos.") > spanish_ease("Lo investigaremos.")


@pytest.mark.parametrize(
    ("word", "number", "language"),
    [
        pytest.param(written or cut.replace("-", ""), cut.count("-") + 1, language, id=one)
        for language, words in ((EN, HARD_ENGLISH), (ES, HARD_SPANISH))
        for one in words.split()
        for written, _, cut in [one.rpartition("=")]
    ],
)
def test_hard_words(word: str, number: int, language: Language) -> None:
    assert syllables(word, language) == number
    assert syllables(word.capitalize(), language) == number


@pytest.mark.parametrize(
    ("number", "language", "spoken"),
    [
        ("0", EN, "ze-ro"),
        ("7", EN, "sev-en"),
        ("11", EN, "e-lev-en"),
        ("27", EN, "twen-ty-sev-en"),
        ("78", EN, "sev-en-ty-eight"),
        ("100", EN, "one-hun-dred"),
        ("353", EN, "three-hun-dred-fif-ty-three"),
        ("1.5", EN, "one-point-five"),
        ("10,665", EN, "ten-thou-sand-six-hun-dred-six-ty-five"),
        ("2024", EN, "twen-ty-twen-ty-four"),
        ("1,950", EN, "one-thou-sand-nine-hun-dred-fif-ty"),
        ("0", ES, "ce-ro"),
        ("16", ES, "die-ci-séis"),
        ("21", ES, "vein-tiu-no"),
        ("18", ES, "die-cio-cho"),
        ("27", ES, "vein-ti-sie-te"),
        ("35", ES, "trein-ta-y-cin-co"),
        ("100", ES, "cien"),
        ("105", ES, "cien-to-cin-co"),
        ("500", ES, "qui-nien-tos"),
        ("1.000", ES, "mil"),
        ("2024", ES, "dos-mil-vein-ti-cua-tro"),
        ("10.665", ES, "diez-mil-seis-cien-tos-se-sen-ta-y-cin-co"),
        ("1,5", ES, "u-no-co-ma-cin-co"),
        ("4A", EN, "four-a"),
        ("4B", ES, "cua-tro-be"),
        ("SAMPLE", EN, "sam-ple"),
        ("MUESTRA", ES, "mues-tra"),
        ("BI-RADS", EN, "by-rads"),
        ("RM", ES, "e-rre-e-me"),
    ],
)
def test_numbers_and_initials_are_counted_as_they_are_spoken(
    number: str, language: Language, spoken: str
) -> None:
    assert syllables(number, language) == spoken.count("-") + 1


@pytest.mark.parametrize(
    ("text", "language", "sentences"),
    [
        ("Ask Dr. Lane. She knows.", EN, 2),
        ("See, e.g. a nurse, i.e. a guide.", EN, 1),
        ("Bring films, notes, etc. Then wait.", EN, 2),
        ("Bring films, etc. and wait.", EN, 1),
        ("It is 0.5 mm wide. It is old.", EN, 2),
        ("Really?! Yes… No.", EN, 3),
        ('She said "Stop." Then she left.', EN, 2),
        ("We wait; you rest: all is calm.", EN, 1),
        ("One line\nand its rest.", EN, 1),
        ("A heading\n\nA text.", EN, 2),
        ("1. Ask.\n2) Wait\n• Rest", EN, 3),
        ("- \n...\n", EN, 0),
        ("¿Duele? ¡No! Poco.", ES, 3),
        ("La Sra. Ruiz habla con el Dr. Paz.", ES, 1),
        ("Llame a las 3 p. m. Después espere.", ES, 2),
        ("Pregunte a Ud. misma.", ES, 1),
        ("Traiga notas, etc.", ES, 1),
    ],
)
def test_sentences_end_where_a_reader_stops(text: str, language: Language, sentences: int) -> None:
    assert len(sentences_of(text, language)) == sentences


def test_thousands_that_a_space_parts_are_one_number() -> None:
    spaced = "Fueron 10\N{NO-BREAK SPACE}665 zonas."
    assert words_of(spaced, ES) == ("Fueron", "10665", "zonas")
    assert counted(spaced, ES) == counted("Fueron 10.665 zonas.", ES)


def test_a_text_without_a_word_has_no_figure() -> None:
    for language in Language:
        with pytest.raises(ValueError, match="without a word"):
            reading_figure(" - ... ", language)


def test_a_limit_is_kept_by_the_figure_that_it_names() -> None:
    english, spanish = READING_LIMITS[EN], READING_LIMITS[ES]
    assert english.passes_stop(8)
    assert not english.passes_stop(8.01)
    assert english.passes_wanted(6)
    assert not english.passes_wanted(6.01)
    assert spanish.passes_stop(60)
    assert not spanish.passes_stop(59.99)
    assert spanish.passes_wanted(70)
    assert not spanish.passes_wanted(69.99)
