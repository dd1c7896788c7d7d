"""How every page of HTML is filled: escaped, strict, and with the same words."""

import base64
from typing import Any
from urllib.parse import quote

from calcsight.reports import clinical_wording
from calcsight.reports.visible_text import in_page
from calcsight.reports.wording import number_of

# What the templates of a group and of its sources say by a filter.
_CLINICAL_WORDS = (
    clinical_wording.category_line,
    clinical_wording.claim_amount,
    clinical_wording.claim_origin,
    clinical_wording.months,
    clinical_wording.probability_words,
    clinical_wording.share,
    clinical_wording.suggestion_name,
    clinical_wording.sure,
    clinical_wording.word_name,
)


def page_environment() -> Any:
    """Return the environment in which the templates of a report are filled."""
    from jinja2 import Environment, PackageLoader, StrictUndefined  # noqa: PLC0415

    environment = Environment(
        loader=PackageLoader("calcsight.reports"),
        autoescape=True,
        finalize=in_page,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        fixed=fixed, data_uri=data_uri, words=words, file_link=quote, number_of=number_of
    )
    environment.filters.update({one.__name__: one for one in _CLINICAL_WORDS})
    environment.globals["a_person_decides"] = clinical_wording.A_PERSON_DECIDES
    environment.globals["published_shares"] = clinical_wording.PUBLISHED_SHARES
    return environment


def fixed(value: float | None, decimals: int = 2) -> str:
    """Write a number; an unknown one is a dash, never 0."""
    return "–" if value is None else f"{value:,.{decimals}f}"


def data_uri(jpeg: bytes) -> str:
    """Put a JPEG into the page itself."""
    return f"data:image/jpeg;base64,{base64.b64encode(jpeg).decode()}"


def words(code: str) -> str:
    """Turn a code into words."""
    return code.replace("_", " ")
