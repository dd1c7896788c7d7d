"""The DICOM node: receives exams, reads each when it is complete, sends the results on."""

from calcsight.terms.errors import UsageError


def require_node() -> None:
    """Refuse early when what a node needs is not installed.

    Raises
    ------
    UsageError
    """
    try:
        import pynetdicom  # noqa: F401, PLC0415
        import sqlalchemy  # noqa: F401, PLC0415
    except ModuleNotFoundError as problem:
        raise UsageError(
            f"a node without the {problem.name} package",
            "pynetdicom and sqlalchemy",
            'pip install "calcsight[hospital]"',
        ) from None
