"""Pango, which letters as PDF are drawn with: `make parts` installs it from Debian."""

from tests.parts import needs


def _missing() -> list[str]:
    """Return what WeasyPrint cannot be loaded without."""
    try:
        import weasyprint  # noqa: F401
    except OSError:
        return ["Pango"]
    return []


needs_pango = needs(_missing(), "libpango-1.0-0 libpangoft2-1.0-0 fonts-dejavu-core")
