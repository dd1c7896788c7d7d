"""Side and view out of file names."""

import pytest

from calcsight.pictures.names import named_view
from calcsight.terms.mammogram import Laterality, View

L, R = Laterality.LEFT, Laterality.RIGHT


@pytest.mark.parametrize(
    ("stem", "expected"),
    [
        ("a_L_CC", (L, View.CC)),
        ("b_R_MLO_cropped", (R, View.MLO)),
        ("case7-rmlo", (R, View.MLO)),
        ("LCC", (L, View.CC)),
        ("p3_cc_l", (L, View.CC)),
        ("Calc-Test_P_00038_LEFT_CC", (L, View.CC)),
        ("right mlo", (R, View.MLO)),
        ("x.r.xccl", (R, View.XCCL)),
        ("left", (L, None)),
        ("scan_ML", (None, View.ML)),
        ("L_CC_and_R_CC", (None, View.CC)),
        ("L_CC_L_MLO", (L, None)),
        ("mdb003", (None, None)),
        ("l_2020", (None, None)),
        ("rat", (None, None)),
        ("unknown", (None, None)),
        ("", (None, None)),
    ],
)
def test_names(stem: str, expected: tuple[Laterality | None, View | None]) -> None:
    assert named_view(stem) == expected
    assert named_view(stem.upper()) == expected
    assert named_view(stem.lower()) == expected
