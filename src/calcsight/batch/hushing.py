"""Foreign libraries warn about bad values by printing them; a header's must not be printed."""

import logging
import warnings


def hush() -> None:
    """Silence warnings, and loggers that nobody set up, for this process."""
    warnings.simplefilter("ignore")
    root = logging.getLogger()
    if not root.handlers:
        root.addHandler(logging.NullHandler())
