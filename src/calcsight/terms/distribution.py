"""The words for how calcifications lie in the breast."""

from enum import StrEnum


class Distribution(StrEnum):
    """How the members of a group lie in the breast."""

    GROUPED = "grouped"
    LINEAR = "linear"
    SEGMENTAL = "segmental"
    REGIONAL = "regional"
    DIFFUSE = "diffuse"
