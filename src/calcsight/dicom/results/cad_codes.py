"""Concepts of the Mammography CAD SR: names of its rows, and values of its context groups.

Source: DICOM PS3.16, TID 4000 to 4022 and the context groups that they name (CID 6034, 6035,
6036, 6042, 6043, 6047). Written out, since pydicom's tables print some meanings with invisible
characters.
"""

from pydicom.sr.coding import Code


def _dcm(value: str, meaning: str) -> Code:
    return Code(value, "DCM", meaning)


def _sct(value: str, meaning: str) -> Code:
    return Code(value, "SCT", meaning)


def _ucum(value: str, meaning: str) -> Code:
    return Code(value, "UCUM", meaning)


REPORT = _dcm("111036", "Mammography CAD Report")
LANGUAGE = _dcm("121049", "Language of Content Item and Descendants")
ENGLISH = Code("en", "RFC5646", "English")

# Image library (TID 4020).
IMAGE_LIBRARY = _dcm("111028", "Image Library")
IMAGE_LATERALITY = _dcm("111027", "Image Laterality")
IMAGE_VIEW = _dcm("111031", "Image View")
IMAGE_VIEW_MODIFIER = _dcm("111032", "Image View Modifier")
ORIENTATION_ROW = _dcm("111044", "Patient Orientation Row")
ORIENTATION_COLUMN = _dcm("111043", "Patient Orientation Column")
STUDY_DATE, STUDY_TIME = _dcm("111060", "Study Date"), _dcm("111061", "Study Time")
CONTENT_DATE, CONTENT_TIME = _dcm("111018", "Content Date"), _dcm("111019", "Content Time")
HORIZONTAL_SPACING = _dcm("111026", "Horizontal Pixel Spacing")
VERTICAL_SPACING = _dcm("111066", "Vertical Pixel Spacing")

# Impressions (TID 4001, 4002, 4003).
FINDINGS_SUMMARY = _dcm("111017", "CAD Processing and Findings Summary")
INDIVIDUAL_IMPRESSION = _dcm("111034", "Individual Impression/Recommendation")
RENDERING_INTENT = _dcm("111056", "Rendering Intent")
ASSESSMENT = _dcm("111005", "Assessment Category")
IMPRESSION = _dcm("111023", "Differential Diagnosis/Impression")
IMPRESSION_TEXT = _dcm("111033", "Impression Description")
FOLLOW_UP = _dcm("111053", "Recommended Follow-up")
FOLLOW_UP_DATE = _dcm("111054", "Recommended Follow-up Date")
LATERALITY = _sct("272741003", "Laterality")
BOTH_BREASTS = _sct("63762007", "Both breasts")

# Findings (TID 4006, 4009, 4010, 4019, 4021, 4108).
SINGLE_IMAGE_FINDING = _dcm("111059", "Single Image Finding")
TRACKING_ID = _dcm("112039", "Tracking Identifier")
TRACKING_UID = _dcm("112040", "Tracking Unique Identifier")
ALGORITHM_NAME = _dcm("111001", "Algorithm Name")
ALGORITHM_VERSION = _dcm("111003", "Algorithm Version")
ALGORITHM_PARAMETERS = _dcm("111002", "Algorithm Parameters")
CERTAINTY_OF_FINDING = _dcm("111012", "Certainty of Finding")
PROBABILITY_OF_CANCER = _dcm("111047", "Probability of cancer")
CENTRE = _dcm("111010", "Center")
OUTLINE = _dcm("111041", "Outline")
CALCIFICATION_TYPE = _dcm("111009", "Calcification Type")
CALCIFICATION_DISTRIBUTION = _dcm("111008", "Calcification Distribution")
NUMBER_OF_CALCIFICATIONS = _dcm("111038", "Number of calcifications")
DIAMETER = _sct("81827009", "Diameter")
LENGTH = _sct("410668003", "Length")
WIDTH = _sct("103355008", "Width")
AREA = _sct("42798000", "Area")
MEAN_DISTANCE = _dcm("112200", "Average calcification distance in a calcification cluster")
SD_DISTANCE = _dcm("112201", "Standard deviation distance of calcifications in a cluster")

# Composite features (TID 4004, 4005).
COMPOSITE_FEATURE = _dcm("111015", "Composite Feature")
COMPOSITE_TYPE = _dcm("111016", "Composite Type")
SCOPE = _dcm("111057", "Scope of Feature")
CERTAINTY_OF_FEATURE = _dcm("111011", "Certainty of Feature")
RELATED_TEMPORALLY = _dcm("111153", "Target content items are related temporally")
RELATED_SPATIALLY = _dcm("111154", "Target content items are related spatially")
ON_SEVERAL_IMAGES = _dcm("111158", "Feature detected on multiple images")
DIFFERENCE_IN_NUMBER = _sct("129810007", "Difference in number of calcifications")
DIFFERENCE_IN_SIZE = _sct("129806009", "Difference in size")

# Summaries (TID 4015 to 4018).
SUMMARY_OF_DETECTIONS = _dcm("111064", "Summary of Detections")
SUCCESSFUL_DETECTIONS = _dcm("111063", "Successful Detections")
FAILED_DETECTIONS = _dcm("111025", "Failed Detections")
DETECTION_PERFORMED = _dcm("111022", "Detection Performed")
SUMMARY_OF_ANALYSES = _dcm("111065", "Summary of Analyses")
SUCCESSFUL_ANALYSES = _dcm("111062", "Successful Analyses")
FAILED_ANALYSES = _dcm("111024", "Failed Analyses")
ANALYSIS_PERFORMED = _dcm("111004", "Analysis Performed")
TEMPORAL_CORRELATION = _sct("133886009", "Temporal correlation")
SPATIAL_COLLOCATION = _sct("133884007", "Spatial collocation analysis")

SUCCEEDED = _dcm("111222", "Succeeded")
PARTIALLY_SUCCEEDED = _dcm("111223", "Partially Succeeded")
FAILED = _dcm("111224", "Failed")
NOT_ATTEMPTED = _dcm("111225", "Not Attempted")
ALL_WITHOUT_FINDINGS = _dcm("111241", "All algorithms succeeded; without findings")
ALL_WITH_FINDINGS = _dcm("111242", "All algorithms succeeded; with findings")
NOT_ALL_WITHOUT_FINDINGS = _dcm("111243", "Not all algorithms succeeded; without findings")
NOT_ALL_WITH_FINDINGS = _dcm("111244", "Not all algorithms succeeded; with findings")
NONE_SUCCEEDED = _dcm("111245", "No algorithms succeeded; without findings")

REQUIRED = _dcm("111150", "Presentation Required: Rendering device is expected to present")
OPTIONAL = _dcm("111151", "Presentation Optional: Rendering device may present")

PERCENT, NO_UNIT = _ucum("%", "Percent"), _ucum("1", "no units")
MILLIMETRE, SQUARE_MILLIMETRE = _ucum("mm", "millimeter"), _ucum("mm2", "Square millimeter")
MICROMETRE = _ucum("um", "micrometer")
