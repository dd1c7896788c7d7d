"""What can be said of views and groups that are laid beside each other."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class NotMatched(StrEnum):
    """Why the groups of a view were not matched; its value is the code, `text` the sentence."""

    SPACING_UNKNOWN = "spacing_unknown"
    LATERALITY_UNKNOWN = "laterality_unknown"
    VIEW_UNKNOWN = "view_unknown"
    NO_RULE_FOR_VIEW = "no_rule_for_view"
    TURNED_VIEW = "turned_view"
    PART_OF_BREAST = "part_of_breast"
    NO_SECOND_PROJECTION = "no_second_projection"
    ANOTHER_VIEW_TAKEN = "another_view_taken"
    ANOTHER_DAY = "another_day"
    SAME_IMAGE = "same_image"
    NOT_DESCRIBED = "not_described"

    @property
    def text(self) -> str:
        """The sentence a reader sees, plain and complete."""
        return _WHY[self]


class MatchRemark(StrEnum):
    """What a reader must know of a match; its value is the code, `text` the sentence."""

    OBLIQUE_HEIGHT = "oblique_height"
    MILK_OF_CALCIUM_BY_CHANGE = "milk_of_calcium_by_change"
    LATERAL_VIEW_CAN_SETTLE = "lateral_view_can_settle"

    @property
    def text(self) -> str:
        """The sentence a reader sees, plain and complete."""
        return _REMARKS[self]


_WHY: Mapping[NotMatched, str] = MappingProxyType(
    {
        NotMatched.SPACING_UNKNOWN: (
            "The pixel spacing is unknown, so that no group was looked for."
        ),
        NotMatched.LATERALITY_UNKNOWN: "Left or right breast is not stated.",
        NotMatched.VIEW_UNKNOWN: "The view is not stated.",
        NotMatched.NO_RULE_FOR_VIEW: "There is no rule for matching this view with another.",
        NotMatched.TURNED_VIEW: (
            "The breast was rolled, turned or pushed aside for this view, "
            "so that places in it are not comparable."
        ),
        NotMatched.PART_OF_BREAST: (
            "A magnified, spot, stereotactic or partial view shows a part of the breast: "
            "distances from the nipple cannot be taken in it."
        ),
        NotMatched.NO_SECOND_PROJECTION: (
            "There is no second projection of this breast to match with."
        ),
        NotMatched.ANOTHER_VIEW_TAKEN: (
            "Another view of this breast from the same or a like direction was matched."
        ),
        NotMatched.ANOTHER_DAY: (
            "This view is not of the last day of this exam: lesions are matched only within a day."
        ),
        NotMatched.SAME_IMAGE: "The same image is in this exam already, and counts once.",
        NotMatched.NOT_DESCRIBED: "The groups were not described: there is nothing to match by.",
    }
)
_REMARKS: Mapping[MatchRemark, str] = MappingProxyType(
    {
        MatchRemark.OBLIQUE_HEIGHT: (
            "The height comes from an oblique view, which shows upper and outer together: "
            "quadrant and hour are estimates."
        ),
        MatchRemark.MILK_OF_CALCIUM_BY_CHANGE: (
            "Round or smudgy seen from above, crescents or level lines seen from the side: "
            "this change between the views is what milk of calcium is named by."
        ),
        MatchRemark.LATERAL_VIEW_CAN_SETTLE: (
            "Some particles look as if calcium had settled in fluid; an oblique view cannot show "
            "it surely, and a true lateral view can settle it."
        ),
    }
)
