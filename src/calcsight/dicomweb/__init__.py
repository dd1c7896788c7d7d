"""DICOMweb (PS3.18): images of a study fetched, results stored back.

`target` says which server, by whom and within which limits; `studies` asks for the instances of a
study (QIDO-RS) and fetches them (WADO-RS); `storing` sends results (STOW-RS).
"""

from calcsight.terms.errors import UsageError


def require_dicomweb() -> None:
    """Refuse early when requests is not installed.

    Raises
    ------
    UsageError
    """
    try:
        import requests  # noqa: F401, PLC0415
    except ModuleNotFoundError:
        raise UsageError(
            "DICOMweb without the requests package",
            "requests",
            'pip install "calcsight[hospital]"',
        ) from None
