"""Side and view out of a picture's file name, such as `a_L_CC.png` or `b_R_MLO_cropped.tif`."""

import itertools
import re

from calcsight.terms.mammogram import Laterality, View

_LETTERS = {"L": Laterality.LEFT, "R": Laterality.RIGHT}
_WORDS = {"LEFT": Laterality.LEFT, "RIGHT": Laterality.RIGHT}
_VIEWS = {view.value: view for view in View if view is not View.UNKNOWN}
_JOINED = re.compile(r"([LR])(CC|MLO|XCCL|XCCM)")


def named_view(stem: str) -> tuple[Laterality | None, View | None]:
    """Read side and view from a file name without its suffix, in any case.

    A side is LEFT or RIGHT anywhere, or the letter L or R beside a view (`L_CC`, `cc-r`,
    `LMLO`). Two different sides or views give None.

    Examples
    --------
    >>> named_view("b_R_MLO_cropped")
    (<Laterality.RIGHT: 'R'>, <View.MLO: 'MLO'>)
    """
    words: list[str] = []
    for word in re.split(r"[^A-Z0-9]+", stem.upper()):
        joined = _JOINED.fullmatch(word)
        words.extend(joined.groups() if joined else [word])
    views = {_VIEWS[word] for word in words if word in _VIEWS}
    sides = {_WORDS[word] for word in words if word in _WORDS}
    for word, following in itertools.pairwise(words):
        if word in _LETTERS and following in _VIEWS:
            sides.add(_LETTERS[word])
        elif word in _VIEWS and following in _LETTERS:
            sides.add(_LETTERS[following])
    return (
        sides.pop() if len(sides) == 1 else None,
        views.pop() if len(views) == 1 else None,
    )
