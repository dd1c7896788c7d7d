"""Parts from Debian that some tests need: `make parts` installs them.

Tests without their parts are skipped with the reason. Where CALCSIGHT_PARTS is "required", as in
continuous integration, a missing part is an error instead, so that nothing is left out unseen.
"""

import os
from collections.abc import Sequence

import pytest


def needs(missing: Sequence[str], packages: str) -> pytest.MarkDecorator:
    """Return a mark that skips tests while something is missing.

    Raises
    ------
    RuntimeError
        When something is missing where all parts are required.
    """
    reason = f"not installed: {', '.join(missing)} (Debian packages {packages})"
    if missing and os.environ.get("CALCSIGHT_PARTS") == "required":
        raise RuntimeError(reason)
    return pytest.mark.skipif(bool(missing), reason=reason)
