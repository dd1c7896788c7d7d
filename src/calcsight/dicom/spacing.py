"""Millimetres per pixel in the breast, by a fixed order of rules.

1. Calibrated PixelSpacing (calibration type GEOMETRY or FIDUCIAL), never divided again.
2. ImagerPixelSpacing, which lies at the detector, over the magnification factor. Factor absent
   on a contact view: taken as 1 and said; on a magnified view: the ratio of distances, else
   millimetres are refused.
3. NominalScannedPixelSpacing of a digitised film.
4. What the user states, when none of these gives a spacing.

Sources: DICOM PS3.3 C.8.7.5 (X-Ray acquisition), 10.7 (pixel spacing and its calibration),
C.8.11.7 (mammography image).
"""

from dataclasses import dataclass

from calcsight.dicom.header import Header
from calcsight.terms.errors import ContradictionError, SpacingError
from calcsight.terms.limitation import Limitation
from calcsight.terms.spacing import Spacing, SpacingSource

_SAME = 0.01
_SAME_FACTOR = 0.05
_LEAST_FACTOR, _MOST_FACTOR = 0.99, 10.0
_MAGNIFIED_FACTOR = 1.2
_CALIBRATED = ("GEOMETRY", "FIDUCIAL")

Pair = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundSpacing:
    """What the rules gave.

    Parameters
    ----------
    spacing : Spacing or None
        In the breast, the file's own frame; None = unknown.
    magnification_factor : float or None
        Stated or derived, never assumed.
    limitations : tuple of Limitation
    """

    spacing: Spacing | None
    magnification_factor: float | None = None
    limitations: tuple[Limitation, ...] = ()


def spacing_in_breast(
    header: Header, *, magnified: bool, stated_mm: float | None = None
) -> FoundSpacing:
    """Find the pixel spacing in the plane of the breast.

    Parameters
    ----------
    header : Header
    magnified : bool
        The view is said to be a magnification view.
    stated_mm : float or None
        What the user says, mm.

    Returns
    -------
    FoundSpacing

    Raises
    ------
    SpacingError
        When a spacing that would be used is not positive or above 5 mm.
    ContradictionError
        When the stated spacing differs from the header's by more than 1 %.
    """
    stated = None if stated_mm is None else Spacing(row_mm=stated_mm, column_mm=stated_mm)
    try:
        found = _by_header(header, magnified=magnified)
    except SpacingError:
        if stated is None:
            raise
        found = FoundSpacing(spacing=None)
    if stated is None:
        return found
    if found.spacing is None:
        return FoundSpacing(
            spacing=stated,
            magnification_factor=found.magnification_factor,
            limitations=_disagreement(header, stated),
        )
    return _checked(found, found.spacing, stated)


def _by_header(header: Header, *, magnified: bool) -> FoundSpacing:
    """Apply the rules to the header alone."""
    factor, geometry = _factor(header), _distance_ratio(header)
    imager = _pair(header, "ImagerPixelSpacing")
    scanned = _pair(header, "NominalScannedPixelSpacing")
    calibrated = _pair(header, "PixelSpacing")
    if header.text("PixelSpacingCalibrationType") not in _CALIBRATED:
        calibrated = None
    magnified = magnified or (geometry is not None and geometry > _MAGNIFIED_FACTOR)
    used = factor if factor is not None else geometry if magnified else None
    doubts: tuple[Limitation, ...] = ()
    if calibrated is not None:
        spacing = _spacing(calibrated, 1.0, SpacingSource.CALIBRATED)
    elif imager is not None and used is not None:
        source = SpacingSource.IMAGER if factor else SpacingSource.IMAGER_GEOMETRY
        spacing = _spacing(imager, used, source)
    elif imager is not None and not magnified:
        spacing = _spacing(imager, 1.0, SpacingSource.IMAGER_UNCORRECTED)
        doubts = (Limitation.FACTOR_ASSUMED,)
    elif imager is None and scanned is not None:
        spacing = _spacing(scanned, 1.0, SpacingSource.SCANNED)
    else:
        return FoundSpacing(spacing=None, magnification_factor=used)
    return FoundSpacing(
        spacing=spacing,
        magnification_factor=used,
        limitations=(*doubts, *_disagreement(header, spacing)),
    )


def _disagreement(header: Header, chosen: Spacing) -> tuple[Limitation, ...]:
    """Name the limitation when the header's other spacings or factors say something else."""
    factor, geometry = _factor(header), _distance_ratio(header)
    mine = (chosen.row_mm, chosen.column_mm)
    imager = _quiet_pair(header, "ImagerPixelSpacing")
    scanned = _quiet_pair(header, "NominalScannedPixelSpacing")
    plain = _quiet_pair(header, "PixelSpacing")
    corrected = None if imager is None else (imager[0] / (factor or 1), imager[1] / (factor or 1))
    agreeing = [mine, *(pair for pair in (imager, corrected) if pair is not None)]
    disagree = (
        (imager is not None and factor is not None and not _same(corrected, mine))
        or (scanned is not None and not _same(scanned, mine))
        or (plain is not None and not any(_same(plain, pair) for pair in agreeing))
        or (
            factor is not None
            and geometry is not None
            and abs(factor / geometry - 1.0) > _SAME_FACTOR
        )
    )
    return (Limitation.SPACING_DISAGREES,) if disagree else ()


def _checked(found: FoundSpacing, header: Spacing, stated: Spacing) -> FoundSpacing:
    """Hold what the user states against the header's spacing.

    Where the header of a contact view gives no factor its spacing is an upper limit, so that
    the smaller one of a factor up to 1.2 may be stated in its place.
    """
    if _same((header.row_mm, header.column_mm), (stated.row_mm, stated.column_mm)):
        return found
    factors = (header.row_mm / stated.row_mm, header.column_mm / stated.column_mm)
    plausible = min(factors) >= 1.0 and max(factors) <= _MAGNIFIED_FACTOR
    if header.source is SpacingSource.IMAGER_UNCORRECTED and plausible:
        return FoundSpacing(spacing=stated)
    raise ContradictionError(
        f"a spacing stated as {stated.row_mm} mm, the header says "
        f"{header.row_mm:.6g} x {header.column_mm:.6g} mm ({header.source})",
        "one of them, or both alike to 1 %",
        "leave --spacing-mm out, or correct it",
    )


def _factor(header: Header) -> float | None:
    """Return the stated magnification factor; None when absent or no factor."""
    return _plausible(header.number("EstimatedRadiographicMagnificationFactor"))


def _distance_ratio(header: Header) -> float | None:
    """Return source-to-detector over source-to-breast distance; None when absent."""
    detector = header.number("DistanceSourceToDetector")
    breast = header.number("DistanceSourceToPatient")
    return _plausible(detector / breast) if detector and breast else None


def _plausible(factor: float | None) -> float | None:
    return factor if factor is not None and _LEAST_FACTOR <= factor <= _MOST_FACTOR else None


def _spacing(pair: Pair, factor: float, source: SpacingSource) -> Spacing:
    return Spacing(row_mm=pair[0] / factor, column_mm=pair[1] / factor, source=source)


def _pair(header: Header, keyword: str) -> Pair | None:
    """Return two numbers, positive or not; None when absent or not two."""
    values = header.numbers.get(keyword, ())
    return (values[0], values[1]) if len(values) == 2 else None


def _quiet_pair(header: Header, keyword: str) -> Pair | None:
    """Return two positive numbers, else None."""
    pair = _pair(header, keyword)
    return pair if pair is not None and min(pair) > 0 else None


def _same(one: Pair | None, other: Pair) -> bool:
    return one is not None and all(
        abs(a / b - 1.0) <= _SAME for a, b in zip(one, other, strict=True)
    )
