"""Words and numbers that no data file may say of a woman or a view, whoever wrote the file."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any

from calcsight.terms.errors import GuidanceError

# Why one list: calcsight looks for calcifications alone, and most cancers of a screened breast show
# none. A word that clears a woman, a breast or a view says what no reading of calcifications can
# know, in a scheme as in a policy, a definition or a note. The list holds English words and those
# of a few neighbours; no list can hold every language, so a site still reads its own file.
# Beginnings of words, lower case, without accents: "normal" stands for "normale", "normally".
CLEARING_STEMS = (
    "negativ",
    "normal",
    "unremarkabl",
    "unauffall",
    "unauffaell",
    "unsuspicious",
    "gesund",
    "harmless",
    "harmlos",
    "innocuous",
    "reassur",
    "krebsfrei",
)
CLEARING_WORDS = frozenset(
    "clear clears cleared clearing clearance healthy healthier safe cured sain saine sano sana "
    "surely certainly definitely undoubtedly guaranteed guarantee".split()
)
_ILL = (
    r"(?:cancers?|malignan(?:cy|cies|t)|carcinomas?|tumou?rs?|diseases?|abnormalit(?:y|ies)|"
    r"suspicion|krebs|dcis)"
)
_SIGNS = r"(?: (?:signs?|evidence|suspicion|trace|hint|of|any|for|a|an|the|breast|visible))*"
CLEARING_PHRASES = tuple(
    re.compile(rf"\b{phrase}\b")
    for phrase in (
        rf"(?:no|without|free of|free from|absence of|kein|keine){_SIGNS} {_ILL}",
        rf"not(?: an?)? {_ILL}",
        rf"{_ILL} free",
        r"(?:no|not|nothing) suspicious",
        rf"(?:exclud\w+|rul\w+ out){_SIGNS} {_ILL}",
        rf"{_ILL} (?:is|was|are|were|has been|have been)? ?(?:exclud\w+|ruled out)",
        r"nothing (?:wrong|abnormal|malignant|to worry)",
        r"no worr(?:y|ies)",
        r"within (?:the )?(?:limits|norms?)",
    )
)
_SPACED_OUT = re.compile(r"\b(?:[a-z] ){4,}[a-z]\b")
# A person decides: a policy tells what readers usually do, addresses nobody, and speaks of no
# treatment.
ORDERS = re.compile(
    r"\b(?:must|shall|should|ought|(?:have|has|had|need|needs) to|need not|mandatory|compulsory|"
    r"obligatory|required|you|your|mastectom\w*|lumpectom\w*|chemotherap\w*|radiotherap\w*)\b"
)

DIGITS = re.compile(r"\d+(?:[.,]\d+)*")
_NUMBER_WORDS = (
    "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|eighteen|twenty|thirty|"
    "forty|fifty|sixty|seventy|eighty|ninety|a hundred|a thousand"
)
_UNITS = r"mm\b|cm\b|millimet|centimet|days?\b|weeks?\b|months?\b|years?\b|percent|per cent|%"
SPELT = re.compile(
    rf"\b(?:{_NUMBER_WORDS})(?:[ -](?:{_UNITS})| in (?:{_NUMBER_WORDS})\b)"
    r"|\b(?:half|a third|two thirds|a quarter|three quarters) of "
    r"(?:all|them|those|(?:the )?(?:women|cancers?|cases|groups|lesions|biops))",
    re.IGNORECASE,
)
_VAGUE = re.compile(
    r"\b(?:an?|half an?|couple of|few|several|next) (?:day|week|month|year)s?\b", re.IGNORECASE
)
_PLACEHOLDER = re.compile(r"\{claim:[^{}]*\}")
_LOOK_ALIKES = ("CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE")


def refuse_clearing(document: Mapping[str, Any]) -> None:
    """Refuse a data file of which any text or key clears a woman or a view.

    Parameters
    ----------
    document : mapping
        As `read_document` gives it.

    Raises
    ------
    GuidanceError
        Naming the key and the word.
    """
    for place, text in texts_of(document, ""):
        found = clearing_in(text)
        if found:
            raise GuidanceError(
                f"{place[:80]} = {text[:80]!r} with {found!r}",
                "words for calcifications alone: they clear nobody",
                "leave the word out: what shows no calcification is not thereby free of cancer",
            )


def refuse_orders(place: str, text: str) -> None:
    """Refuse a text that orders or addresses somebody, or speaks of treatment.

    Raises
    ------
    GuidanceError
    """
    found = ORDERS.search(" ".join(letters_of(text)))
    if found:
        raise GuidanceError(
            f"{place} = {text[:80]!r} with {found[0]!r}",
            "what readers usually do, no order to anyone",
        )


def refuse_numbers(place: str, text: str) -> None:
    """Refuse a text with a number that no claim stands behind.

    Raises
    ------
    GuidanceError
    """
    found = numbers_in(text)
    if found:
        raise GuidanceError(
            f"{place} = {text[:80]!r} with {found[0]!r}",
            "no number but a registered one, as {claim:ID}",
        )


def texts_of(value: Any, place: str) -> Iterator[tuple[str, str]]:
    """Yield every text and every key of a data file, each with where it stands."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            inside = f"{place}.{key}" if place else str(key)
            yield inside, str(key)
            yield from texts_of(inner, inside)
    elif isinstance(value, list):
        for number, inner in enumerate(value, 1):
            yield from texts_of(inner, f"{place} {number}")
    elif isinstance(value, str):
        yield place, value


def clearing_in(text: str) -> str:
    """Return the word or phrase of a text that clears a woman or a view; "" = there is none.

    Accents, width, case and what stands between letters make no difference; a word that mixes
    Latin letters with those that look like them counts, too.
    """
    words = letters_of(text)
    # "neg-ative" is a word, and so is each half of "normal/benign".
    joined = [word for one in _plain(text).split() if (word := "".join(letters_of(one)))]
    for word in (*words, *joined):
        if word in CLEARING_WORDS or word.startswith(CLEARING_STEMS) or _is_disguised(word):
            return word
    line = " ".join(words)
    return next(
        (found[0] for one in (*CLEARING_PHRASES, _SPACED_OUT) if (found := one.search(line))), ""
    )


def numbers_in(text: str) -> list[str]:
    """Return the numbers and spans of time, in digits or words, that stand in no placeholder."""
    rest = without_claims(unicodedata.normalize("NFKC", text))
    spelt = [match[0] for look in (SPELT, _VAGUE) for match in look.finditer(rest)]
    return [*DIGITS.findall(rest), *spelt]


def without_claims(text: str) -> str:
    """Return a text without its placeholders."""
    return _PLACEHOLDER.sub(" ", text)


def letters_of(text: str) -> list[str]:
    """Return the words of a text: runs of letters, lower case, without accents."""
    return "".join(one if one.isalpha() else " " for one in _plain(text)).split()


def _plain(text: str) -> str:
    """Return a text in one width and case, without accents."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    parted = unicodedata.normalize("NFKD", folded)
    return "".join(one for one in parted if not unicodedata.combining(one))


def _is_disguised(word: str) -> bool:
    """Tell whether a word mixes Latin letters with look-alikes; a micrometre does not."""
    scripts = {unicodedata.name(one, "").partition(" ")[0] for one in word}
    return "LATIN" in scripts and bool(scripts & {*_LOOK_ALIKES}) and word != "μm"
