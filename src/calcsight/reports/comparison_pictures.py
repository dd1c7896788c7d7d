"""The pictures of a comparison as its page takes them: bytes, and marks in picture pixels."""

from dataclasses import dataclass

_BAR_MM = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """A group outlined on a whole view.

    Parameters
    ----------
    group : int
        Number of the group in its pair.
    change : str
        Its change, or "unknown".
    points : str
        Closed polygon, "x,y x,y ...".
    expected : bool
        Nothing is there; it is where the other view has the group.
    x, y : float
        Where its number stands.
    ends : bool
        The number ends there instead of beginning there.
    """

    group: int
    change: str
    points: str
    expected: bool
    x: float
    y: float
    ends: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A particle on a magnified part of a view: its kind gives shape and colour.

    Parameters
    ----------
    kind : str
        A `LinkKind`.
    x, y, radius : float
    faint : bool
        Below the operating point.
    counted : bool
        The numbers of the group count it.
    """

    kind: str
    x: float
    y: float
    radius: float
    faint: bool
    counted: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Joint:
    """A line from a particle in the prior to the same one in the current view."""

    kind: str
    x1: float
    y1: float
    x2: float
    y2: float
    faint: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Panels:
    """JPEGs of one part of the breast at both dates, all of one size and scale.

    Parameters
    ----------
    width, height : int
        Pixels.
    mm_per_px : float
    prior, current : bytes
        Each as it is.
    laid_over : bytes or None
        The prior where the registration carries it; None = there is no registration.
    subtraction : bytes or None
        Current less prior; None = there is none.
    """

    width: int
    height: int
    mm_per_px: float
    prior: bytes
    current: bytes
    laid_over: bytes | None = None
    subtraction: bytes | None = None

    @property
    def bar_mm(self) -> int:
        """Length of the scale bar."""
        return _BAR_MM

    @property
    def bar_px(self) -> float:
        """The same in pixels."""
        return self.bar_mm / self.mm_per_px


@dataclass(frozen=True, slots=True, kw_only=True)
class WholePictures:
    """Both whole views with the groups outlined."""

    panels: Panels
    prior_outlines: tuple[Outline, ...]
    current_outlines: tuple[Outline, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupPictures:
    """One group magnified at both dates, its particles joined.

    Parameters
    ----------
    group : int
    panels : Panels
        Squares.
    prior_marks, current_marks : tuple of Mark
        Each in the pixels of its own panel.
    joints : tuple of Joint
        Both ends in the pixels of their own panel.
    """

    group: int
    panels: Panels
    prior_marks: tuple[Mark, ...]
    current_marks: tuple[Mark, ...]
    joints: tuple[Joint, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PairPictures:
    """All pictures of one pair of views.

    Parameters
    ----------
    whole : WholePictures
    groups : tuple of GroupPictures
        What changed first; not every group of a view that has very many.
    """

    whole: WholePictures
    groups: tuple[GroupPictures, ...]
