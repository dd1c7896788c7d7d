"""The page of a timeline: a drawn line of time and a table for each finding."""

from collections.abc import Sequence
from datetime import date

from calcsight.reports import timeline_drawing
from calcsight.reports.timeline_drawing import laid_out_time
from calcsight.reports.timeline_rows import outcome_words, rows_of, side_words, state_words
from calcsight.reports.visible_text import in_page
from calcsight.reports.wording import NOT_LOOKED_FOR, number_of
from calcsight.terms.finding_standing import FindingStanding
from calcsight.terms.reading import INTENDED_USE
from calcsight.terms.timeline import Timeline


def timeline_page(timeline: Timeline, standings: Sequence[FindingStanding], on: date) -> str:
    """Return the page: one HTML file with nothing outside it and no program.

    Parameters
    ----------
    timeline : Timeline
    standings : sequence of FindingStanding
        One for each finding, in their order.
    on : datetime.date
        The day that is asked about.
    """
    from jinja2 import Environment, PackageLoader, StrictUndefined  # noqa: PLC0415

    environment = Environment(
        loader=PackageLoader("calcsight.reports"),
        autoescape=True,
        finalize=in_page,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(number_of=number_of)
    cards = []
    for finding, standing in zip(timeline.findings, standings, strict=True):
        rows = rows_of(finding, standing, timeline.changes)
        cards.append(
            {
                "finding": finding,
                "standing": standing,
                "state": state_words(standing),
                "side": side_words(finding.laterality.value),
                "rows": rows,
                "outcome": outcome_words(standing.outcome),
                "drawing": laid_out_time(finding, standing, rows),
            }
        )
    return str(
        environment.get_template("timeline.html.j2").render(
            woman=timeline.woman,
            on=on,
            cards=cards,
            size=timeline_drawing,
            not_looked_for=NOT_LOOKED_FOR,
            intended_use=INTENDED_USE,
        )
    )
