"""The words of following a finding: states, events, reasons for a review, advisories."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class FindingState(StrEnum):
    """Where a finding stands on its way from found to closed; `text` is the sentence shown."""

    FOUND = "found"
    MORE_VIEWS = "more_views"
    FOLLOW_UP = "follow_up"
    TO_ASSESS = "to_assess"
    LOST = "lost"
    BIOPSY_ADVISED = "biopsy_advised"
    PATHOLOGY_PENDING = "pathology_pending"
    REVIEW = "review"
    CONSULTATION = "consultation"
    TREATMENT = "treatment"
    CLOSED = "closed"
    ENDED = "ended"

    @property
    def text(self) -> str:
        """The sentence a reader sees, plain and complete."""
        return _STATES[self]


class Event(StrEnum):
    """What moves a finding; each follows from a record or, when it is lost, from a day."""

    SEEN = "seen"
    ASSESSED_ROUTINE = "assessed_routine"
    ASSESSED_SHORT_INTERVAL = "assessed_short_interval"
    ASSESSED_MORE_VIEWS = "assessed_more_views"
    ASSESSED_BIOPSY = "assessed_biopsy"
    ASSESSED_CONSULTATION = "assessed_consultation"
    ASSESSED_TREATMENT = "assessed_treatment"
    NOT_SEEN_AGAIN = "not_seen_again"
    TISSUE_TAKEN = "tissue_taken"
    RESULT_PENDING = "result_pending"
    RESULT_TO_REVIEW = "result_to_review"
    RESULT_BENIGN_CONCORDANT = "result_benign_concordant"
    RESULT_HIGH_RISK = "result_high_risk"
    RESULT_MALIGNANT = "result_malignant"
    ENDED_TREATED = "ended_treated"
    ENDED_CONSULTED = "ended_consulted"
    ENDED_DECLINED = "ended_declined"
    ENDED_TRANSFERRED = "ended_transferred"
    ENDED_DIED = "ended_died"
    ENDED_ENTERED_IN_ERROR = "ended_entered_in_error"

    @property
    def text(self) -> str:
        """The words a reader sees."""
        return _EVENTS[self]


class ReviewReason(StrEnum):
    """Why a benign or open result needs a person's review; `text` is the sentence shown."""

    NON_DIAGNOSTIC = "non_diagnostic"
    DISCORDANT = "discordant"
    CONCORDANCE_UNKNOWN = "concordance_unknown"
    NOT_IN_SPECIMEN = "not_in_specimen"
    SPECIMEN_UNKNOWN = "specimen_unknown"
    NOT_UNDER_MICROSCOPE = "not_under_microscope"
    MICROSCOPE_UNKNOWN = "microscope_unknown"

    @property
    def text(self) -> str:
        """The sentence a reader sees, plain and complete."""
        return _REVIEWED[self]


class Advisory(StrEnum):
    """What a person should know of how a finding was followed; `text` is the sentence shown."""

    ULTRASOUND_FOR_CALCIFICATIONS = "ultrasound_for_calcifications"
    FOLLOW_UP_FROM_SCREENING = "follow_up_from_screening"
    CHANGED_SINCE_ASSESSED = "changed_since_assessed"
    STABLE_IS_NOT_BENIGN = "stable_is_not_benign"
    CLOSED_UNSEEN = "closed_unseen"
    OVERRULED_BY_TISSUE = "overruled_by_tissue"
    UPGRADED = "upgraded"
    SURGERY_MAY_UPGRADE = "surgery_may_upgrade"
    ENDED_WHILE_PENDING = "ended_while_pending"
    RESULT_AFTER_ENDING = "result_after_ending"

    @property
    def text(self) -> str:
        """The sentence a reader sees, plain and complete."""
        return _ADVISED[self]


_STATES: Mapping[FindingState, str] = MappingProxyType(
    {
        FindingState.FOUND: "It was found; no person has assessed it yet.",
        FindingState.MORE_VIEWS: "More views, or earlier mammograms, are awaited.",
        FindingState.FOLLOW_UP: "It is watched: another mammogram is planned.",
        FindingState.TO_ASSESS: "A later exam shows its place; no person has assessed that yet.",
        FindingState.LOST: "She was not seen again in time: readers usually try to reach her.",
        FindingState.BIOPSY_ADVISED: "A biopsy was advised and none is recorded.",
        FindingState.PATHOLOGY_PENDING: "Tissue was taken; the report is awaited.",
        FindingState.REVIEW: (
            "The tissue does not explain the images, or not surely: "
            "readers usually review both together."
        ),
        FindingState.CONSULTATION: "What to do next is a matter for a consultation.",
        FindingState.TREATMENT: "Pathology found cancer: treatment usually follows.",
        FindingState.CLOSED: "A reader recommended routine screening.",
        FindingState.ENDED: "It is followed no longer here; the ending says why.",
    }
)
_EVENTS: Mapping[Event, str] = MappingProxyType(
    {
        Event.SEEN: "a mammogram shows its place",
        Event.ASSESSED_ROUTINE: "a reader recommends routine screening",
        Event.ASSESSED_SHORT_INTERVAL: "a reader recommends a short interval",
        Event.ASSESSED_MORE_VIEWS: "a reader recommends more views",
        Event.ASSESSED_BIOPSY: "a reader recommends a biopsy",
        Event.ASSESSED_CONSULTATION: "a reader recommends a consultation",
        Event.ASSESSED_TREATMENT: "a reader recommends treatment",
        Event.NOT_SEEN_AGAIN: "the day on which a planned exam counts as lost",
        Event.TISSUE_TAKEN: "tissue is taken",
        Event.RESULT_PENDING: "the tissue is spoken of, and a report is still awaited",
        Event.RESULT_TO_REVIEW: "a result that is not surely benign and concordant",
        Event.RESULT_BENIGN_CONCORDANT: "a result that is benign and concordant",
        Event.RESULT_HIGH_RISK: "a high-risk result",
        Event.RESULT_MALIGNANT: "a malignant result",
        Event.ENDED_TREATED: "treatment is complete",
        Event.ENDED_CONSULTED: "a consultation settled it",
        Event.ENDED_DECLINED: "the woman declines",
        Event.ENDED_TRANSFERRED: "another place follows her",
        Event.ENDED_DIED: "the woman has died",
        Event.ENDED_ENTERED_IN_ERROR: "it was recorded by mistake",
    }
)
_REVIEWED: Mapping[ReviewReason, str] = MappingProxyType(
    {
        ReviewReason.NON_DIAGNOSTIC: "The specimen did not allow a diagnosis.",
        ReviewReason.DISCORDANT: "A reader finds that the result does not explain the images.",
        ReviewReason.CONCORDANCE_UNKNOWN: (
            "Nobody has said whether the result explains the images."
        ),
        ReviewReason.NOT_IN_SPECIMEN: (
            "The radiograph of the specimen shows no calcification: the finding was not retrieved."
        ),
        ReviewReason.SPECIMEN_UNKNOWN: (
            "Whether the radiograph of the specimen shows calcification is not stated."
        ),
        ReviewReason.NOT_UNDER_MICROSCOPE: "No calcification was seen under the microscope.",
        ReviewReason.MICROSCOPE_UNKNOWN: (
            "Whether calcification was seen under the microscope is not stated."
        ),
    }
)
_ADVISED: Mapping[Advisory, str] = MappingProxyType(
    {
        Advisory.ULTRASOUND_FOR_CALCIFICATIONS: (
            "The biopsy was guided by ultrasound, and nothing is stated beside calcifications: "
            "ultrasound often does not show them. Stereotaxis or tomosynthesis is usual."
        ),
        Advisory.FOLLOW_UP_FROM_SCREENING: (
            "It is watched, and only screening views are recorded: readers usually complete the "
            "work-up with diagnostic views first."
        ),
        Advisory.CHANGED_SINCE_ASSESSED: (
            "It is new or has increased on a mammogram that no person has assessed yet."
        ),
        Advisory.STABLE_IS_NOT_BENIGN: (
            "A biopsy was advised earlier and none is recorded. Staying the same does not make a "
            "suspicious group less so."
        ),
        Advisory.CLOSED_UNSEEN: (
            "It was being watched and went back to routine screening with no later mammogram "
            "recorded."
        ),
        Advisory.OVERRULED_BY_TISSUE: (
            "A person said what tissue of an earlier day speaks against, before that tissue was "
            "recorded here: what tissue says counts."
        ),
        Advisory.UPGRADED: (
            "A later result is more serious than an earlier one; both are kept with their days."
        ),
        Advisory.SURGERY_MAY_UPGRADE: (
            "The result is DCIS of a needle biopsy. Surgery sometimes finds invasion as well."
        ),
        Advisory.ENDED_WHILE_PENDING: (
            "It is followed no longer here, while a report of pathology is still awaited."
        ),
        Advisory.RESULT_AFTER_ENDING: (
            "Tissue or a result was recorded after it was followed no longer: readers usually look "
            "at it, and take the ending back where it calls for something, or state it again."
        ),
    }
)
