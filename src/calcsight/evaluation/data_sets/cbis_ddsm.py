"""Adapter of CBIS-DDSM: digitised films with one mask for each lesion.

The tables name `<case>/<study>/<series>/00000n.dcm`; what is downloaded calls its files 1-1.dcm
and 1-2.dcm, puts folders under dates, or is a re-publication as PNG. So files are found by the
name of their case or of their series, and mask and crop are told apart by what they show.
"""

from collections.abc import Mapping, Sequence
from itertools import groupby
from pathlib import Path

from calcsight.evaluation.cases import DataSet, Fault, TrueRegion, TrueView
from calcsight.evaluation.data_sets.cbis_files import CbisFiles, mask_among
from calcsight.evaluation.data_sets.images import image_facts, opener, stated_of
from calcsight.evaluation.data_sets.masks import Fit, marked_regions
from calcsight.evaluation.data_sets.pixels import grey_pixels
from calcsight.evaluation.data_sets.publications import CBIS_DDSM, present
from calcsight.evaluation.data_sets.reading_files import number, read_table
from calcsight.terms.errors import InputRefused, UsageError

TABLES = ("calc_case_description_train_set.csv", "calc_case_description_test_set.csv")
COLUMNS = (
    "patient_id",
    "breast_density",
    "left_or_right_breast",
    "image_view",
    "abnormality_id",
    "abnormality_type",
    "calc_distribution",
    "assessment",
    "pathology",
    "subtlety",
    "image_file_path",
    "roi_mask_file_path",
)
_SPACINGS = "spacing.csv"
# Not calc_type: 48 compound values make no strata.
_STRATA = ("assessment", "pathology", "subtlety", "calc_distribution")
_SET_FAULTS = (
    Fault(
        code="spacing_unknown",
        what="headers hold no spacing and the scanner of a film is not named: mm rules are off "
        f"unless {_SPACINGS} (patient_id, spacing_mm) states it",
    ),
    Fault(
        code="swapped_mask",
        what="tables and files exchange mask and crop: the one that holds two values is the mask",
    ),
    Fault(
        code="mask_size",
        what="some masks differ from their film in size: scaled when of one form, else doubtful",
    ),
    Fault(
        code="regions_only",
        what="a lesion is outlined, no particle is marked: no particle rule applies",
    ),
    Fault(
        code="no_normal_views",
        what="every view holds a lesion: false marks on normal views cannot be counted here",
    ),
)
Row = Mapping[str, str]


def open_cbis_ddsm(folder: Path) -> DataSet:
    """Read the tables of calcifications and every mask they name.

    Masks are decoded here, so opening the whole set takes minutes.

    Raises
    ------
    UsageError
        When no table is there, or one lacks a column or holds no row.
    """
    paths = [present(CBIS_DDSM.checked(folder), name) for name in TABLES]
    tables = [read_table(path, COLUMNS) for path in paths if path is not None]
    if not any(table.rows for table in tables):
        raise CBIS_DDSM.refusal(f"{folder} without rows in {' or '.join(TABLES)}")
    spacings, faults = _spacings(folder)
    files = CbisFiles.under(folder)
    views = []
    for table in tables:
        split = "training" if "train" in table.path.name.lower() else "test"
        faults = (*faults, *table.faults)
        for case, rows in groupby(sorted(table.rows, key=_case), key=_case):
            own = list(rows)
            spacing = spacings.get(own[0]["patient_id"])
            views.append(_view(case, own, files, {"split": split}, spacing))
    if all(view.regions is None for view in views):
        raise CBIS_DDSM.refusal(f"{folder} with its tables and without a mask that can be read")
    if len({view.name for view in views}) < len(views):
        raise UsageError(f"{folder}: one film in both tables", "each film in one")
    return DataSet(name="cbis-ddsm", views=tuple(views), faults=(*_SET_FAULTS, *faults))


def _case(row: Row) -> str:
    """Return the name of a film: the first part of its path."""
    return row["image_file_path"].replace("\\", "/").split("/")[0]


def _spacings(folder: Path) -> tuple[dict[str, float], tuple[Fault, ...]]:
    """Read what a user states about the films of a patient, if anything."""
    path = present(folder, _SPACINGS)
    if path is None:
        return {}, ()
    table = read_table(path, ("patient_id", "spacing_mm"))
    stated = {row["patient_id"]: number(table, row, "spacing_mm") for row in table.rows}
    wrong = [name for name, value in stated.items() if value is None or not 0 < value <= 5]
    if wrong:
        raise UsageError(f"{path}: no spacing for {wrong[0]!r}", "more than 0, at most 5 mm")
    return {name: value for name, value in stated.items() if value is not None}, table.faults


def _view(
    case: str, rows: Sequence[Row], files: CbisFiles, strata: dict[str, str], stated: float | None
) -> TrueView:
    """Return one film with its lesions."""
    faults: list[Fault] = []
    first = rows[0]
    image = files.film(case, first["image_file_path"])
    if image is None:
        faults.append(Fault(code="missing_image", what=f"no DICOM, PNG or TIFF of {case}"))
    facts = image_facts(image)
    regions: list[TrueRegion] | None = []
    for row in rows:
        found = _regions(case, row, files, facts.shape, faults)
        regions = None if found is None or regions is None else [*regions, *found]
    density = first["breast_density"]
    strata = strata | {"view": first["image_view"]}
    strata |= {"density": density} if density not in ("", "0") else {}
    for name in _STRATA:
        words = sorted({row[name] for row in rows} - {"", "NA", "N/A"})
        strata |= {name: " + ".join(words)} if words else {}
    spacing = (stated, stated) if stated else facts.spacing_mm
    return TrueView(
        name=case,
        patient=first["patient_id"],
        spacing_mm=spacing,
        particles=None,
        regions=None if regions is None else tuple(regions),
        normal=False,
        strata=strata,
        faults=tuple(faults),
        mammogram=opener(
            image, stated_of(first["left_or_right_breast"], first["image_view"], stated)
        ),
    )


def _regions(
    case: str,
    row: Row,
    files: CbisFiles,
    shape: tuple[int, int] | None,
    faults: list[Fault],
) -> list[TrueRegion] | None:
    """Return one lesion's regions; None when its mask cannot be had: the film is not scored."""
    lesion = row["abnormality_id"]
    said = row["roi_mask_file_path"]
    mask = mask_among(files.masks(f"{case}_{lesion}", said), said)
    if mask.path is None:
        what = f"lesion {lesion} without a readable mask: this film is not scored"
        faults.append(Fault(code="missing_mask", what=what))
        return None
    if mask.swapped:
        what = (
            f"lesion {lesion}: the table's number is that of the crop; {mask.path.name} was taken"
        )
        faults.append(Fault(code="swapped_mask", what=what))
    try:
        pixels = grey_pixels(mask.path)
    except InputRefused as refusal:
        what = f"lesion {lesion}, mask: {refusal.found}: this film is not scored"
        faults.append(Fault(code="missing_mask", what=what))
        return None
    size = (pixels.shape[0], pixels.shape[1])
    fit = Fit.of(size, shape)
    if not fit.exact:
        done = "another form, doubtful" if fit.distorted else "scaled"
        what = f"lesion {lesion}: a mask of {size} pixels on a film of {shape}: {done}"
        faults.append(Fault(code="mask_size", what=what))
    outlines = marked_regions(pixels > pixels.max() // 2, fit)
    if len(outlines) != 1:
        what = f"lesion {lesion}: a mask of {len(outlines)} parts, each a region of its own"
        faults.append(Fault(code="mask_parts", what=what))
    return [TrueRegion(outline_px=one, doubtful=fit.distorted) for one in outlines]
