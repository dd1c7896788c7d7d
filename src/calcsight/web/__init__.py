"""The page of answers: what `patient` says, in a browser and as JSON."""

from calcsight.terms.errors import UsageError


def require_web() -> None:
    """Refuse early when what the page needs is not installed.

    Raises
    ------
    UsageError
    """
    try:
        import fastapi  # noqa: F401, PLC0415
        import uvicorn  # noqa: F401, PLC0415
    except ModuleNotFoundError as problem:
        raise UsageError(
            f"a page of answers without the {problem.name} package",
            "fastapi and uvicorn",
            'pip install "calcsight[web]"',
        ) from None
