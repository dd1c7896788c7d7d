"""The tables of docs/how-weighing-works.md, made from the rules and the data files themselves.

`python -m docs.weighing_tables` writes them into the page; a test fails when they differ.
"""

from collections.abc import Callable
from pathlib import Path

from docs.made_tables import table, write_tables

from calcsight.knowledge.files import Kind, shipped_ids
from calcsight.knowledge.guidance import load_guidance
from calcsight.pathway.category import suggest
from calcsight.pathway.evidence import draw
from calcsight.pathway.facts import GroupFacts, stated_distribution, stated_shape
from calcsight.pathway.shapes import is_suspicious
from calcsight.terms.description_settings import GuidanceSettings
from calcsight.terms.distribution import Distribution
from calcsight.terms.guidance import Category, Change, Guidance, Level
from calcsight.terms.mammogram import ExamKind
from calcsight.terms.morphology import Morphology
from calcsight.terms.settings import Settings

PAGE = Path(__file__).parent / "how-weighing-works.md"
SCHEMES = ("bi-rads-2013-like", "five-tier")
# A group that is there cannot have resolved.
_OF_A_GROUP = tuple(one for one in Change if one is not Change.RESOLVED)


def stated(
    shape: Morphology | None,
    lies: Distribution | None = Distribution.GROUPED,
    kind: ExamKind = ExamKind.DIAGNOSTIC,
    change: Change | None = None,
) -> GroupFacts:
    """Return the one group of a breast, seen on magnification views."""
    return GroupFacts(
        morphology=stated_shape(*([shape] if shape else [])),
        worst=shape,
        distribution=stated_distribution(lies),
        exam_kind=kind,
        spacing_known=True,
        magnified=True,
        alone=True,
        lateral_compared=shape is Morphology.MILK_OF_CALCIUM,
        change=change,
    )


def guided(scheme: str = SCHEMES[0], population: str = "rominger-2012") -> Guidance:
    """Return the guidance that ships."""
    return load_guidance(GuidanceSettings(scheme=scheme, population=population))


def words() -> str:
    """Return every shape, how it is filed and how it ranks."""
    vocabulary = guided().vocabulary
    rows = []
    for code in Morphology:
        word = vocabulary.word(code)
        concern = word.concern.value.replace("_", " ") if word.concern else ""
        rows.append((f"`{code}`", word.name, concern, str(word.suspicion_rank)))
    return table(("code", "name", "filed as", "rank"), rows)


def level_of(facts: GroupFacts) -> str:
    """Return the level that the rules give."""
    return suggest(facts, guided(), Settings()).level.value.replace("_", " ")


def shapes_of_the_tables() -> list[tuple[str, Morphology | None]]:
    """Return the shapes, the typically benign ones once."""
    vocabulary = guided().vocabulary
    own = [m for m in Morphology if vocabulary.word(m).suspicion_rank]
    named: list[tuple[str, Morphology | None]] = [(vocabulary.word(m).name, m) for m in own]
    return [*named, ("typically benign kinds", Morphology.RIM), ("cannot be classified", None)]


def by_distribution() -> str:
    """Return the level by shape and distribution, from a diagnostic exam."""
    lies = (*Distribution, None)
    rows = [
        (name, *(level_of(stated(shape, one)) for one in lies))
        for name, shape in shapes_of_the_tables()
    ]
    return table(("weighed shape", *(one.value for one in Distribution), "not named"), rows)


def by_change() -> str:
    """Return the level of a group against its prior, from a diagnostic exam."""
    changes = (None, *_OF_A_GROUP)
    rows = [
        (name, *(level_of(stated(shape, change=one)) for one in changes))
        for name, shape in shapes_of_the_tables()
    ]
    return table(("weighed shape", "not compared", *(one.value for one in _OF_A_GROUP)), rows)


def from_screening() -> str:
    """Return what the same groups come to on screening views."""
    lies = (*Distribution, None)
    rows = [
        (name, *(level_of(stated(shape, one, ExamKind.SCREENING)) for one in lies))
        for name, shape in shapes_of_the_tables()
    ]
    return table(("weighed shape", *(one.value for one in Distribution), "not named"), rows)


def printed(category: Category) -> str:
    """Write a category with its range."""
    said = f"{category.code}: {category.name}" if category.code else category.name
    if category.low is None or category.high is None:
        return said
    low, high = f"{100 * category.low:g}", f"{100 * category.high:g}"
    return f"{said} ({low} %)" if low == high else f"{said} ({low}-{high} %)"


def schemes() -> str:
    """Return what each scheme calls each level."""
    found = [guided(scheme).scheme for scheme in SCHEMES]
    rows = []
    for level in Level:
        cells = []
        for scheme in found:
            category, instead = scheme.categories.get(level), scheme.instead.get(level)
            if category is not None:
                cells.append(printed(category))
            else:
                cells.append(f"as `{instead.level}`" if instead else "not used")
        rows.append((f"`{level}`", *cells))
    return table(("level", *(f"`{scheme}`" for scheme in SCHEMES)), rows)


def steps() -> str:
    """Return the steps of each level by the common policy."""
    policy = guided().policy
    rows = [
        (f"`{level}`", ", ".join(f"`{step.code}`" for step in policy.steps[level]))
        for level in Level
    ]
    return table(("level", "steps of `common`"), rows)


def populations() -> str:
    """Return the row of each suspicious shape in each population, and its category by number."""
    vocabulary = guided().vocabulary
    shapes = [m for m in Morphology if is_suspicious(m, vocabulary)]
    rows = []
    for name in shipped_ids(Kind.POPULATION):
        guidance = guided(population=name)
        drawn = [draw(guidance.population, shape, None) for shape in shapes]
        cells = [
            "-"
            if one is None
            else f"{100 * one.cell.probability:g} % "
            f"({_category_by_number(one.cell.probability, guidance)})"
            for one in drawn
        ]
        rows.append((f"`{name}`", *cells))
    return table(("population", *(vocabulary.word(m).name for m in shapes)), rows)


def _category_by_number(share: float, guidance: Guidance) -> str:
    """Return the category in whose range a share would fall."""
    found = [
        one.code
        for one in guidance.scheme.categories.values()
        if one.high is not None and one.low is not None and one.low < share <= one.high
    ]
    return found[0]


TABLES: dict[str, Callable[[], str]] = {
    "words": words,
    "by_distribution": by_distribution,
    "by_change": by_change,
    "from_screening": from_screening,
    "schemes": schemes,
    "steps": steps,
    "populations": populations,
}


def main() -> None:
    """Write the tables into the page."""
    write_tables(PAGE, TABLES)


if __name__ == "__main__":
    main()
