"""Codes of reports on mammograms, and the nouns that they stand for.

Sources: DICOM PS3.16, TIDs 4000-4021 (mammography CAD), TID 1500 (measurements) and the context
groups that they name. What files of before 2016 say in SNOMED-RT is taken to SNOMED CT first, by
the mapping of the same part (`current`).
"""

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import TypeVar

from pydicom.sr._snomed_dict import mapping as OLD_VALUES  # noqa: N812 - a constant table
from pydicom.sr.codedict import codes
from pydicom.sr.coding import Code

from calcsight.dicom.codes import LEFT, OLD_SCHEMES, RIGHT, SCT, VIEWS
from calcsight.dicom.finding_codes import (
    BREASTS,
    CALCIFICATION_GROUP,
    DISTRIBUTIONS,
    SINGLE_CALCIFICATION,
    TYPES,
)
from calcsight.terms.cad_report import TaskStatus
from calcsight.terms.distribution import Distribution
from calcsight.terms.mammogram import Laterality, View
from calcsight.terms.morphology import Morphology
from calcsight.terms.report_mark import MarkKind, Rendering, ReportCode

Noun = TypeVar("Noun")


def _dcm(value: str) -> Code:
    """Return a concept of DICOM's own scheme, to compare with."""
    return Code(value, "DCM", "")


CAD_REPORT = _dcm("111036")
MEASUREMENT_REPORT = _dcm("126000")
IMAGE_LIBRARY = _dcm("111028")
SUMMARY = _dcm("111017")
FINDING = _dcm("111059")
COMPOSITE = _dcm("111015")
MEASUREMENT_GROUP = _dcm("125007")
FINDING_OF_MEASUREMENT = _dcm("121071")
DETECTIONS_SUMMARY = _dcm("111064")
ANALYSES_SUMMARY = _dcm("111065")
DETECTION = _dcm("111022")
ANALYSIS = _dcm("111004")
SUCCESSFUL = (_dcm("111063"), _dcm("111062"))
FAILED = (_dcm("111025"), _dcm("111024"))
RENDERING_INTENT = _dcm("111056")
TRACKING_UID = _dcm("112040")
ALGORITHM_NAME = _dcm("111001")
ALGORITHM_VERSION = _dcm("111003")
CERTAINTY = _dcm("111012")
CERTAINTY_OF_COMPOSITE = _dcm("111011")
# Texts whose words a maker chooses, not a person.
TECHNICAL_TEXTS = (
    ALGORITHM_NAME,
    _dcm("111002"),
    ALGORITHM_VERSION,
    _dcm("111043"),
    _dcm("111044"),
    _dcm("112039"),
)
PROBABILITY = _dcm("111047")
CENTRE = _dcm("111010")
OUTLINE = _dcm("111041")
COUNT = _dcm("111038")
TYPE = _dcm("111009")
DISTRIBUTION = _dcm("111008")
LATERALITY = _dcm("111027")
VIEW = _dcm("111031")
DAYS = (_dcm("111018"), _dcm("111060"))
IMPRESSION = _dcm("111034")
# Assessment, impression; follow-up: which, its day, its interval.
STATEMENTS = tuple(map(_dcm, ("111005", "111023", "111053", "111054", "111055")))

RENDERINGS: Mapping[Code, Rendering] = MappingProxyType(
    {
        _dcm("111150"): Rendering.REQUIRED,
        _dcm("111151"): Rendering.OPTIONAL,
        _dcm("111152"): Rendering.NOT_FOR_PRESENTATION,
    }
)
STATUSES: Mapping[Code, TaskStatus] = MappingProxyType(
    {
        _dcm("111222"): TaskStatus.SUCCEEDED,
        _dcm("111223"): TaskStatus.PARTIALLY,
        _dcm("111224"): TaskStatus.FAILED,
        _dcm("111225"): TaskStatus.NOT_ATTEMPTED,
    }
)
# Context groups whose names for concepts are taken before others.
_GROUPS = "cid6000 cid6002 cid6004 cid6006 cid6008 cid6010 cid6012 cid6014 cid6016".split()
# Some makers give the side alone.
_SIDES: Mapping[Code, Laterality] = MappingProxyType(
    {
        Code(RIGHT.value, SCT, ""): Laterality.RIGHT,
        Code(LEFT.value, SCT, ""): Laterality.LEFT,
    }
)
# Types that say what calcsight says with one word, beside those it writes.
_MORE_TYPES: Mapping[Code, Morphology] = MappingProxyType(
    {
        codes.cid6010.PunctateCalcification: Morphology.ROUND_PUNCTATE,
        codes.cid6010.LucentCenteredCalcification: Morphology.RIM,
        codes.cid6010.FineLinearCastingCalcification: Morphology.FINE_LINEAR_BRANCHING,
    }
)


def current(value: str, scheme: str, meaning: str) -> Code:
    """Return a code as it is written today: SNOMED-RT, under any of its names, as SNOMED CT."""
    if scheme in OLD_SCHEMES and value in OLD_VALUES["SRT"]:
        return Code(OLD_VALUES["SRT"][value], SCT, meaning)
    return Code(value, scheme, meaning)


def is_known(code: Code) -> bool:
    """Tell whether the standard has a meaning for a code."""
    return _key(code) in _meanings()


def words_of(code: Code) -> ReportCode:
    """Return a code with the standard's meaning where it is known, else the file's."""
    meaning = _meanings().get(_key(code)) or code.meaning
    return ReportCode(
        value=code.value,
        scheme=code.scheme_designator,
        words=meaning or f"code {code.value} of {code.scheme_designator or 'no scheme'}",
    )


def same(code: Code | None, *others: Code) -> bool:
    """Tell whether a code is one of others, whatever it is called."""
    return code is not None and any(_key(code) == _key(one) for one in others)


def kind_of_finding(code: Code) -> MarkKind:
    """Tell groups and particles from all else."""
    if same(code, CALCIFICATION_GROUP):
        return MarkKind.GROUP
    return MarkKind.PARTICLE if same(code, SINGLE_CALCIFICATION) else MarkKind.OTHER


def morphology_of(code: Code) -> Morphology | None:
    """Return the word of a type of calcification; None when there is none."""
    return _noun(code, _turned(TYPES)) or _noun(code, _MORE_TYPES)


def distribution_of(code: Code) -> Distribution | None:
    """Return the word of a distribution; None when there is none."""
    return _noun(code, _turned(DISTRIBUTIONS))


def rendering_of(code: Code) -> Rendering | None:
    """Return whether a mark is to be shown."""
    return _noun(code, RENDERINGS)


def status_of(code: Code) -> TaskStatus | None:
    """Return how a task went."""
    return _noun(code, STATUSES)


def laterality_of(code: Code) -> Laterality:
    """Return the side."""
    return _noun(code, {**_turned(BREASTS), **_SIDES}) or Laterality.UNKNOWN


def view_of(code: Code) -> View:
    """Return the projection."""
    known = {Code(one.value, one.scheme, ""): view for view, one in VIEWS.items()}
    return _noun(code, known) or View.UNKNOWN


def is_change(code: Code) -> bool:
    """Tell whether a code says what became of a finding since a prior (CID 6002)."""
    return same(code, *codes.cid6002.concepts.values())


def _key(code: Code) -> tuple[str, str]:
    """Return what tells concepts apart; pydicom's `Code` takes the version for a part of it."""
    return (code.value, code.scheme_designator)


def _turned(table: Mapping[Noun, Code]) -> dict[Code, Noun]:
    """Turn a table of codes round."""
    return {code: noun for noun, code in table.items()}


def _noun(code: Code, table: Mapping[Code, Noun]) -> Noun | None:
    """Look a code up."""
    return next((noun for one, noun in table.items() if _key(one) == _key(code)), None)


@cache
def _meanings() -> Mapping[tuple[str, str], str]:
    """Return the meaning of every code of DICOM's own scheme and of the SNOMED CT it uses.

    SNOMED has several names for one concept: that of the context group, else the shortest.
    """
    every = [one for scheme in (codes.SCT, codes.DCM) for one in scheme.concepts.values()]
    every.sort(key=lambda one: (-len(one.meaning), one.meaning))
    every += [one for name in _GROUPS for one in getattr(codes, name).concepts.values()]
    return MappingProxyType(
        {_key(one): one.meaning.replace("\N{ZERO WIDTH SPACE}", "") for one in every}
    )
