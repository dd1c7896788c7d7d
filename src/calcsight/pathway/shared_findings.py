"""One finding seen in two views: one tracking UID for both."""

from collections.abc import Iterable, Mapping

from calcsight.terms.comparison import GroupKey, Series

Lesion = tuple[GroupKey, GroupKey]


def shared(tracking: Mapping[GroupKey, str], lesions: Iterable[Lesion]) -> dict[GroupKey, str]:
    """Let what is known of a finding in one view be known of it in the other.

    Parameters
    ----------
    tracking : mapping of (str, int) to str
        Tracking UIDs by mammogram and group.
    lesions : iterable of pairs of (str, int)
        Groups of two views of one exam that are one lesion.

    Returns
    -------
    dict
        The same, with the groups of which only the other view was known. Two that are known apart
        stay so: they were followed as two.
    """
    told = dict(tracking)
    for one, other in lesions:
        if one in told:
            told.setdefault(other, told[one])
        elif other in told:
            told[one] = told[other]
    return told


def tracking_of(series: Series, tracking: Mapping[GroupKey, str]) -> dict[GroupKey, str]:
    """Return what is known once a series was tracked: every group of each of its mammograms."""
    told = dict(tracking)
    for comparison in series.comparisons:
        for change in comparison.groups:
            for reading, numbers in (
                (comparison.prior, change.prior),
                (comparison.current, change.current),
            ):
                for number in numbers:
                    told.setdefault((reading.mammogram.uid, number), change.tracking_uid)
    return told
