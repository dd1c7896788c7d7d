"""What published populations say of a shape: cells, rows, and the span of several."""

from collections.abc import Iterable, Iterator

from calcsight.pathway.shapes import rank
from calcsight.terms.distribution import Distribution
from calcsight.terms.guidance import Guidance
from calcsight.terms.morphology import Morphology
from calcsight.terms.suspicion import Drawn, Population

# A cell with fewer groups says too little; registered as our-choice.least-groups-of-a-cell.
LEAST_GROUPS_OF_A_CELL = 20


def draw(population: Population, shape: Morphology, lies: Distribution | None) -> Drawn | None:
    """Return a population's cell of shape and distribution if it holds enough groups, else its row.

    Parameters
    ----------
    population : Population
    shape : Morphology
    lies : Distribution or None
        None = not known: the row.

    Returns
    -------
    Drawn or None
        None = the population has neither.
    """
    cell = None if lies is None else population.cells.get((shape, lies))
    if cell is not None and (cell.n or 0) >= LEAST_GROUPS_OF_A_CELL:
        return Drawn(population=population.id, morphology=shape, distribution=lies, cell=cell)
    row = population.rows.get(shape)
    if row is None:
        return None
    return Drawn(population=population.id, morphology=shape, distribution=None, cell=row)


def drawn_beside(
    guidance: Guidance, shape: Morphology, lies: Distribution | None
) -> tuple[Drawn, ...]:
    """Return what the other populations say of a shape."""
    found = (draw(population, shape, lies) for population in guidance.beside)
    return tuple(one for one in found if one is not None)


def higher_of_a_lesser_shape(
    drawn: Drawn, guidance: Guidance, lies: Distribution | None
) -> Drawn | None:
    """Return what the same population has for a less suspicious shape, if that number is higher.

    Small samples may turn the order of shapes round; a more suspicious particle must still never
    lower what is said.
    """
    own = rank(drawn.morphology, guidance.vocabulary)
    lesser = [shape for shape in Morphology if 0 < rank(shape, guidance.vocabulary) < own]
    found = _drawn_each(guidance.population, lesser, lies)
    highest = max(found, key=lambda one: one.cell.probability, default=None)
    if highest is None or highest.cell.probability <= drawn.cell.probability:
        return None
    return highest


def drawn_possible(
    guidance: Guidance, shapes: Iterable[Morphology], lies: Distribution | None
) -> tuple[Drawn, ...]:
    """Return what the population says of each shape that is not typically benign."""
    counted = [shape for shape in shapes if rank(shape, guidance.vocabulary) > 0]
    return tuple(_drawn_each(guidance.population, counted, lies))


def span(evidence: Iterable[Drawn]) -> tuple[float | None, float | None]:
    """Return the lowest and the highest bound of several cells, 0-1.

    A cell whose source gives no interval counts with its value alone: with one such cell among
    them this is no interval (`all_bounded`), and one such cell by itself has no bounds, which is
    None.
    """
    cells = [one.cell for one in evidence]
    if len(cells) == 1:
        return cells[0].low, cells[0].high
    lows = [cell.probability if cell.low is None else cell.low for cell in cells]
    highs = [cell.probability if cell.high is None else cell.high for cell in cells]
    return min(lows), max(highs)


def all_bounded(evidence: Iterable[Drawn]) -> bool:
    """Tell whether every cell has an interval of its own."""
    return all(None not in (one.cell.low, one.cell.high) for one in evidence)


def _drawn_each(
    population: Population, shapes: Iterable[Morphology], lies: Distribution | None
) -> Iterator[Drawn]:
    """Yield what a population has for each shape."""
    for shape in shapes:
        found = draw(population, shape, lies)
        if found is not None:
            yield found
