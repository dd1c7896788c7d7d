"""What each data set is called, who publishes it, and what to say when it is not there.

No address is named: those that were found could not be checked.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from calcsight.terms.errors import UsageError


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """One published data set, as far as it is known here.

    Parameters
    ----------
    title, publisher, terms : str
        `terms` says when they are known second-hand or not at all.
    files : str
        What an adapter expects to find.
    advice : str
        How to come by it; "" = ask the publisher.
    """

    title: str
    publisher: str
    terms: str
    files: str
    advice: str = ""

    def refusal(self, found: str) -> UsageError:
        """Return the error that names expected files, publisher and terms."""
        return UsageError(
            found,
            f"{self.title}: {self.files}",
            self.advice or f"get it from its publisher ({self.publisher}; terms: {self.terms})",
        )

    def checked(self, folder: Path) -> Path:
        """Return the folder, or refuse what is none.

        Raises
        ------
        UsageError
        """
        if "\0" in str(folder) or not folder.is_dir():
            raise self.refusal(f"{folder} is not a folder")
        return folder

    def required(self, folder: Path, name: str) -> Path:
        """Return a file of the folder, whatever the case of its name, or refuse the folder.

        Raises
        ------
        UsageError
        """
        path = present(self.checked(folder), name)
        if path is None:
            raise self.refusal(f"{folder} without {name}")
        return path


def present(folder: Path, *names: str) -> Path | None:
    """Return the first of these files or folders that is there, whatever the case of its name."""
    if not folder.is_dir():
        return None
    there = {path.name.casefold(): path for path in sorted(folder.iterdir(), reverse=True)}
    return next((there[name.casefold()] for name in names if name.casefold() in there), None)


SIMULATED = Publication(
    title="simulated exams",
    publisher="nobody: made by calcsight",
    terms="none: no patient is in them",
    advice="make one with `calcsight simulate --out FOLDER`",
    files="truth.json beside its images, in the folder or in folders below it",
)
DEFINITION = Publication(
    title="simulated views by their definition",
    publisher="nobody: made by calcsight",
    terms="none: no patient is in them",
    advice="benchmarks/wide_test_set.jsonl is one",
    files="a .jsonl file of view specs, or a folder with one",
)
MINI_MIAS = Publication(
    title="mini-MIAS (the MIAS MiniMammographic Database)",
    publisher="Mammographic Image Analysis Society",
    terms="research only, reference to MIAS in publications; not to be rented, leased or sold",
    files="truth.csv with images/, or the original Info.txt with its pictures beside it",
)
INBREAST = Publication(
    title="INbreast",
    publisher="the authors of Moreira et al., Academic Radiology 19 (2012) 236-248",
    terms="not known here: ask the authors",
    files="AllDICOMs/, AllXML/ and INbreast.csv",
)
CBIS_DDSM = Publication(
    title="CBIS-DDSM (Curated Breast Imaging Subset of DDSM)",
    publisher="The Cancer Imaging Archive; Lee et al. 2017",
    terms="CC BY 3.0",
    files="calc_case_description_train_set.csv or ..._test_set.csv, and the folders they name",
)
BMCD = Publication(
    title="BMCD (Breast Micro-Calcifications Dataset)",
    publisher="Loizidou et al. 2021, on Zenodo as record 5036062",
    terms="CC BY 4.0 (second-hand)",
    files="Normal_cases/ and Suspicious_cases/, each with numbered folders of CC_prior.dcm, "
    "CC_recent.dcm, MLO_prior.dcm, MLO_recent.dcm and their ..._GT.jpg",
)
VINDR_MAMMO = Publication(
    title="VinDr-Mammo 1.0.0",
    publisher="Pham, Nguyen Trung and Nguyen 2022, on PhysioNet",
    terms="restricted access: PhysioNet's agreement has to be signed",
    files="finding_annotations.csv, images/<study_id>/<image_id>.dicom, and metadata.csv if there",
)
DDSM = Publication(
    title="DDSM (Digital Database for Screening Mammography)",
    publisher="University of South Florida; Heath, Bowyer et al. 2000",
    terms="not known here: ask the publisher",
    files="case folders with .ics and .OVERLAY files, and each film as PNG, TIFF or DICOM "
    "under the name of its .LJPEG",
)
CSV_TABLES = Publication(
    title="a data set of one's own as tables",
    publisher="nobody: your own",
    terms="yours",
    advice="docs/data-sets.md describes the columns",
    files="views.csv, and particles.csv or regions.csv or both",
)
COCO = Publication(
    title="a data set of one's own as COCO",
    publisher="nobody: your own",
    terms="yours",
    advice="docs/data-sets.md describes the fields",
    files="annotations.json, or a single .json file, with images, annotations and categories",
)

PUBLICATIONS: Mapping[str, Publication] = MappingProxyType(
    {
        "simulated": SIMULATED,
        "simulated-definition": DEFINITION,
        "mini-mias": MINI_MIAS,
        "inbreast": INBREAST,
        "cbis-ddsm": CBIS_DDSM,
        "bmcd": BMCD,
        "vindr-mammo": VINDR_MAMMO,
        "ddsm": DDSM,
        "csv": CSV_TABLES,
        "coco": COCO,
    }
)
