"""Count the calcification tables of CBIS-DDSM, and measure what our rules make of their words.

    CALCSIGHT_DATA=... python -m benchmarks.cbis_ddsm

writes the claims and the population `cbis-ddsm` that ship, and docs/results/cbis-ddsm.md. No
image is read.
"""

import os
from pathlib import Path

from benchmarks.cbis_claims import claims_text, population_text
from benchmarks.cbis_page import page_text
from calcsight.evaluation.cbis_shares import LesionSet, Settling, lesion_shares
from calcsight.evaluation.cbis_table import LesionTable, read_lesions
from calcsight.evaluation.figures import REPLICATES

ROOT = Path(__file__).parents[1]
FOLDER = "cbis-ddsm"
KNOWLEDGE = ROOT / "src" / "calcsight" / "knowledge"
CLAIMS = KNOWLEDGE / "claims" / "cbis_ddsm.toml"
POPULATION = KNOWLEDGE / "populations" / "cbis-ddsm.toml"
PAGE = ROOT / "docs" / "results" / "cbis-ddsm.md"
SEED = 20261122


def written(table: LesionTable) -> dict[Path, str]:
    """Return every file with what belongs into it."""
    counted = {
        (which, settling): lesion_shares(table.lesions, which, settling, REPLICATES, SEED)
        for which in LesionSet
        for settling in Settling
    }
    stated = {which: counted[which, Settling.AS_STATED] for which in LesionSet}
    return {
        CLAIMS: claims_text(list(stated.values())),
        POPULATION: population_text(stated[LesionSet.CALLED_BACK]),
        PAGE: page_text(table, counted),
    }


def main() -> None:
    """Run from the command line."""
    data = os.environ.get("CALCSIGHT_DATA")
    if not data:
        raise SystemExit("CALCSIGHT_DATA must name the folder of the real images")
    table = read_lesions(Path(data, FOLDER))
    if not table.complete:
        raise SystemExit("the tables of both splits must be there")
    for path, text in written(table).items():
        path.write_text(text, encoding="utf-8")
        print(path.relative_to(ROOT))


if __name__ == "__main__":
    main()
