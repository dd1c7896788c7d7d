"""A letter as PDF: tagged for screen readers, and byte for byte the same each time it is made."""

import hashlib
from typing import Any

from calcsight.patient.letter_page import letter_page
from calcsight.terms.errors import UsageError
from calcsight.terms.letter import Letter


def letter_pdf(letter: Letter) -> bytes:
    """Return the PDF (PDF/UA-1) of the letter's page; its dates are the letter's own.

    Raises
    ------
    UsageError
        When WeasyPrint, or the libraries that it draws with, are not installed.
    """
    page = letter_page(letter)
    made: bytes = (
        _weasyprint()
        .HTML(string=page, url_fetcher=_nothing_from_outside)
        .write_pdf(
            pdf_identifier=hashlib.sha256(page.encode()).digest()[:16], pdf_variant="pdf/ua-1"
        )
    )
    return made


def _weasyprint() -> Any:
    """Import what draws the page."""
    try:
        import weasyprint  # noqa: PLC0415 - optional, and slow to import
    except ModuleNotFoundError:
        raise UsageError(
            "a letter as PDF without the weasyprint package",
            "weasyprint",
            'pip install "calcsight[letters]", or write the letter as .html or .txt',
        ) from None
    except OSError:
        raise UsageError(
            "a letter as PDF without the Pango library, which WeasyPrint draws with",
            "Pango, at least version 1.44",
            "install it with the system's packages (Debian: libpango-1.0-0 "
            "libpangoft2-1.0-0; macOS: brew install pango), or write the letter as .html or .txt",
        ) from None
    return weasyprint


def _nothing_from_outside(url: str, *_: object, **__: object) -> Any:
    """Refuse whatever the page would fetch: it holds all that it needs."""
    raise ValueError(f"a letter that fetches something ({url[:20]})")
