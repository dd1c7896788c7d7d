"""What a reading could not do or could not be sure of: clinical doubt as data."""

from enum import StrEnum


class Limitation(StrEnum):
    """One registered limitation; its value is the stable code, `text` the sentence shown."""

    MASSES_NOT_READ = "masses_not_read"
    UNKNOWN_SPACING = "unknown_spacing"
    FACTOR_ASSUMED = "magnification_factor_assumed"
    SPACING_DISAGREES = "spacing_disagrees"
    COARSE_PIXELS = "coarse_pixels"
    LOSSY = "lossy_compression"
    POLARITY_ASSUMED = "polarity_assumed"
    LINEARITY_ASSUMED = "linearity_assumed"
    ORIENTATION_FROM_PIXELS = "orientation_from_pixels"
    TOP_NOT_STATED = "top_not_stated"
    LATERALITY_UNKNOWN = "laterality_unknown"
    VIEW_UNKNOWN = "view_unknown"
    IMPLANT = "implant_present"
    PARTIAL_VIEW = "partial_view"
    BURNED_IN = "burned_in_annotation"
    STEREOTACTIC = "stereotactic_view"
    SYNTHETIC = "synthesised_2d"
    DIGITISED_FILM = "digitised_film"
    CANDIDATES_CUT = "candidates_cut"
    PLATEAU_LEFT_OUT = "plateau_left_out"
    AT_IMAGE_EDGE = "at_image_edge"
    TRUNCATED_OUTLINE = "outline_reaches_patch_edge"
    BELOW_RESOLUTION = "below_resolution"

    @property
    def text(self) -> str:
        """The sentence a reader sees, plain and complete."""
        return _TEXTS[self]


_TEXTS = {
    Limitation.MASSES_NOT_READ: (
        "Masses, asymmetries and architectural distortion were not looked for: "
        "this software looks for calcifications alone."
    ),
    Limitation.UNKNOWN_SPACING: (
        "The pixel spacing is unknown: sizes are in pixels, every millimetre field is empty and "
        "no rule in millimetres, grouping included, was applied."
    ),
    Limitation.FACTOR_ASSUMED: (
        "The magnification factor is absent and was taken as 1: sizes may read slightly too large."
    ),
    Limitation.SPACING_DISAGREES: (
        "The header states more than one pixel spacing and they disagree; "
        "the rule used is named beside the spacing."
    ),
    Limitation.COARSE_PIXELS: (
        "Pixels are coarser than 0.12 mm: the smallest particles are not resolved."
    ),
    Limitation.LOSSY: "The image was compressed with loss: not for reading.",
    Limitation.POLARITY_ASSUMED: (
        "Whether dense tissue is bright or dark is not stated and was decided from the air."
    ),
    Limitation.LINEARITY_ASSUMED: (
        "How pixel values relate to exposure is not stated; they were used as they are."
    ),
    Limitation.ORIENTATION_FROM_PIXELS: (
        "The side of the chest wall is not stated and was decided from the pixels."
    ),
    Limitation.TOP_NOT_STATED: (
        "The stated orientation does not say which way up this view hangs: "
        "no side and no height is named."
    ),
    Limitation.LATERALITY_UNKNOWN: "Left or right breast is not stated.",
    Limitation.VIEW_UNKNOWN: "The view is not stated.",
    Limitation.IMPLANT: "An implant is stated: tissue behind it was not seen.",
    Limitation.PARTIAL_VIEW: "A partial view: only a part of the breast is shown.",
    Limitation.BURNED_IN: "The header says that text is burned into the pixels.",
    Limitation.STEREOTACTIC: (
        "A stereotactic view: needles, holders and reference marks may be in the picture."
    ),
    Limitation.SYNTHETIC: (
        "A two-dimensional image computed from tomosynthesis: "
        "particles may be enhanced or invented by that computation."
    ),
    Limitation.DIGITISED_FILM: (
        "Digitised film or a secondary capture: dust and scratches can look like particles."
    ),
    Limitation.CANDIDATES_CUT: (
        "There were more candidates than the stated limit; the weakest were left out."
    ),
    Limitation.PLATEAU_LEFT_OUT: (
        "A flat bright region inside the breast (a marker, a clip, a plate or over-exposure) "
        "was not searched."
    ),
    Limitation.AT_IMAGE_EDGE: "The particle touches the edge of the image; its size is a minimum.",
    Limitation.TRUNCATED_OUTLINE: (
        "The outline reached the edge of the measuring window; the size is a minimum."
    ),
    Limitation.BELOW_RESOLUTION: (
        "The particle is close to the size of the detector's blur; the size is an upper limit."
    ),
}
