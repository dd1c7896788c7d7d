"""Count the calcification tables of CBIS-DDSM, and measure what our rules make of their words.

    CALCSIGHT_DATA=... python -m benchmarks.cbis_ddsm

writes the claims and the population `cbis-ddsm` that ship, and docs/results/cbis-ddsm.md. No
image is read.
"""

import os
from collections.abc import Sequence
from pathlib import Path

from benchmarks.cbis_agreement_page import agreement_part
from benchmarks.cbis_claims import claims_text, population_text
from benchmarks.cbis_page import page_text
from benchmarks.cbis_ranking_page import ranking_part
from benchmarks.cbis_text import wrapped
from calcsight.evaluation.cbis_agreement import compared
from calcsight.evaluation.cbis_folds import cross_weighed
from calcsight.evaluation.cbis_shares import LesionSet, Settling, lesion_shares
from calcsight.evaluation.cbis_table import Lesion, LesionTable, read_lesions
from calcsight.evaluation.figures import REPLICATES
from calcsight.knowledge.guidance import load_guidance
from calcsight.terms.description_settings import GuidanceSettings
from calcsight.terms.settings import Settings

ROOT = Path(__file__).parents[1]
FOLDER = "cbis-ddsm"
KNOWLEDGE = ROOT / "src" / "calcsight" / "knowledge"
CLAIMS = KNOWLEDGE / "claims" / "cbis_ddsm.toml"
POPULATION = KNOWLEDGE / "populations" / "cbis-ddsm.toml"
PAGE = ROOT / "docs" / "results" / "cbis-ddsm.md"
SEED = 20261122
# Women of other studies: the archive's own shares would be weighed by themselves.
POPULATION_OF_OTHERS = "rominger-2012"
FOLDS = 10


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
        PAGE: wrapped(f"{page_text(table, counted)}\n\n{_comparisons(table.lesions)}") + "\n",
    }


def _comparisons(lesions: Sequence[Lesion]) -> str:
    """Weigh every lesion by its words, and compare with readers and with the outcome."""
    settings = Settings(guidance=GuidanceSettings(population=POPULATION_OF_OTHERS))
    guidance = load_guidance(settings.guidance)
    plain, magnified = (
        compared(lesions, guidance, settings, magnified=seen) for seen in (False, True)
    )
    crossed = cross_weighed(lesions, guidance, settings, FOLDS, SEED)
    return "\n\n".join(
        [
            agreement_part(plain, magnified, guidance.scheme, SEED),
            ranking_part(plain, crossed, FOLDS, SEED),
        ]
    )


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
