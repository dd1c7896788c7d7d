"""What a run of comparisons says: what matters most first, and no more than is known."""

from dataclasses import replace
from datetime import date

from tests.compared import (
    compared,
    comparison_of,
    increased,
    measured,
    refused_of,
    resolved_of,
    unread,
)

from calcsight.reports.comparison_entries import told_first
from calcsight.reports.comparison_statement import statement_of
from calcsight.reports.comparison_wording import STABLE_IS_NOT_BENIGN, amount, band_text, signed
from calcsight.reports.wording import counted_calcifications
from calcsight.terms.comparison import Comparison, Measure, NotComparable
from calcsight.terms.guidance import Change
from calcsight.terms.reading import Reading


def changed(reading: Reading, *changes: Change | None, days: int = 731) -> Comparison:
    """Return a comparison with one group of each change, all of the current reading."""
    group = increased(reading)
    why = NotComparable.UNCERTAIN
    groups = tuple(
        replace(
            group,
            number=number,
            current=(number,),
            change=change,
            not_comparable=why if change is None else None,
            new_types=(),
        )
        for number, change in enumerate(changes, start=1)
    )
    told = comparison_of(reading)
    prior = told.prior
    then = date.fromordinal(date(2024, 2, 29).toordinal() - days)
    mammogram = replace(prior.mammogram, acquired_on=then)
    return replace(told, groups=groups, days=days, prior=replace(prior, mammogram=mammogram))


def test_what_changed_most_is_told_first(reading: Reading) -> None:
    mixed = changed(reading, Change.STABLE, Change.DECREASED, None, Change.INCREASED, Change.NEW)
    opening, *told = statement_of(compared(mixed))
    assert opening.startswith("R CC: the mammogram of 2024-02-29 beside that of 2022-02-28")
    starts = ["group 5 is new", "group 4 increased", "the change of group 3 cannot be told"]
    starts += ["group 2 decreased", "group 1 is stable"]
    for start, sentence in zip(starts, told, strict=False):
        assert sentence.startswith(f"R CC: over 24 months, {start}")


def test_many_stable_groups_are_a_number_and_not_a_list(reading: Reading) -> None:
    told = statement_of(compared(changed(reading, *[Change.STABLE] * 3)))
    assert told[1] == "3 groups are stable: 3 in R CC."
    assert STABLE_IS_NOT_BENIGN in told
    crowd = statement_of(compared(changed(reading, *[Change.NEW] * 200)))
    assert crowd[1] == "200 groups are new: 200 in R CC."
    assert len(crowd) < 6


def test_an_older_prior_is_one_sentence_after_all_of_the_most_recent(reading: Reading) -> None:
    recent = changed(reading, Change.INCREASED, Change.STABLE, days=366)
    older = changed(reading, Change.INCREASED, Change.STABLE)
    told = statement_of(compared(recent, older))
    assert [one for one in told if "group 1 increased" in one] == told[1:2]
    assert (
        "Beside the older prior of 2022-02-28, 24 months before: R CC 1 increased, 1 stable."
        in told
    )


def test_what_grew_slowly_is_told_although_it_is_stable_since_the_last_prior(
    reading: Reading,
) -> None:
    recent = changed(reading, Change.STABLE, days=366)
    older = changed(reading, Change.INCREASED)
    oldest = changed(reading, Change.INCREASED, days=1000)
    told = statement_of(compared(recent, older, oldest))
    assert told[1].startswith("R CC: over 24 months, group 1 increased")
    assert told[2].startswith("R CC: over 12 months, group 1 is stable")
    assert sum("group 1 increased" in one for one in told) == 1


def test_the_most_recent_prior_that_can_be_compared_is_told_first(reading: Reading) -> None:
    told = statement_of(compared(refused_of(reading), changed(reading, Change.NEW)))
    assert told[1].startswith("R CC: over 24 months, group 1 is new")
    assert any("were not compared" in one for one in told)
    assert not any("older prior" in one for one in told)
    assert told_first([("a", False), ("a", True), ("a", True), ("b", True), ("c", False)]) == [
        1,
        3,
        4,
    ]


def test_no_group_at_either_date_is_said_once_for_all_views(reading: Reading) -> None:
    none = replace(comparison_of(reading), groups=())
    told = statement_of(compared(none))
    lone = "no group of calcifications at either date, at this operating point"
    now, then = (counted_calcifications(one) for one in (none.current, none.prior))
    assert told[1] == f"R CC: {lone}; {now} single calcifications now, {then} then."
    assert told[2:] == ["Masses, asymmetries and distortion were not looked for."]
    empty = replace(
        none,
        current=replace(none.current, calcifications=()),
        prior=replace(none.prior, calcifications=()),
    )
    assert statement_of(compared(empty))[1] == f"R CC: {lone}."


def test_a_band_is_of_95_in_100_simulated_repetitions_and_said_to_be_so(reading: Reading) -> None:
    told = compared(changed(reading, Change.INCREASED))
    said = statement_of(told)
    assert sum("97% of simulated breasts" in one for one in said) == 1
    assert any("No pair of real mammograms" in one for one in said)
    assert any("1.5 times as wide" in one for one in statement_of(told, 1.5))
    assert not any("at most" in one or "nearly all" in one for one in said)


def test_nothing_read_is_said_input_by_input(reading: Reading) -> None:
    told = statement_of(replace(compared(), unpaired=(unread(), unread("other.dcm"))))
    assert told[0] == (
        "damaged.dcm (prior, not read), other.dcm (prior, not read) were not compared. "
        + NotComparable.REFUSED.text
    )
    several = compared(refused_of(reading), refused_of(reading))
    why = NotComparable.MAGNIFICATION.text
    assert sum(why in one for one in statement_of(several)) == 1
    gone = statement_of(compared(resolved_of(reading)))
    assert "is no longer found: no calcification now, 5 then" in gone[1]


def test_a_band_never_seems_to_hold_what_lies_beyond_it() -> None:
    three = measured(Measure.COUNT, 7, 10, (-2.5, 2.5))
    assert three.beyond
    assert band_text(Measure.COUNT, three.band) == "±2.5"
    assert band_text(Measure.EXTENT_MM, (-0.4, 0.6)) == "−0.4 mm to +0.6 mm"
    assert band_text(Measure.EXTENT_MM, None) == "not measured"


def test_a_sentence_and_the_table_round_alike() -> None:
    # 2.05000001 is stored as 2.05, which lies a little below it.
    assert signed(Measure.EXTENT_MM, 2.05000001) == signed(Measure.EXTENT_MM, 2.05)
    assert amount(Measure.EXTENT_MM, 2.05000001) == amount(Measure.EXTENT_MM, 2.05)
