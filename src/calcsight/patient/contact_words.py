"""Whom to call, in the words of an answer: what the clinic has configured, or who else can help."""

from collections.abc import Mapping
from types import MappingProxyType

from calcsight.terms.facility import ContactLine, Facility
from calcsight.terms.knowledge_base import Language
from calcsight.terms.patient_answer import AnswerKind, RedFlag

_Words = Mapping[Language, str]


def _said(english: str, spanish: str) -> _Words:
    """Return what is said in each language."""
    return MappingProxyType({Language.ENGLISH: english, Language.SPANISH: spanish})


_CALL_TODAY = _said("Call today: {}", "Llame hoy: {}")
_CALL = _said("To call: {}", "Para llamar: {}")
_CRISIS = _said("Call now: {}", "Llame ahora: {}")
_CLINIC_TODAY = _said(
    "Call today the clinic that made your mammogram, or your own doctor.",
    "Llame hoy a la clínica que hizo su mamografía, o a su médico.",
)
_CLINIC = _said(
    "To ask more, call the clinic that made your mammogram, or your own doctor.",
    "Para preguntar más, llame a la clínica que hizo su mamografía, o a su médico.",
)
_NO_CRISIS_LINE = _said(
    "Call now a crisis line, your own doctor, or someone you trust.",
    "Llame ahora a una línea de crisis, a su médico o a alguien de confianza.",
)
_EMERGENCY = _said("In an emergency call {}.", "En una emergencia llame al {}.")
_NO_EMERGENCY = _said(
    "In an emergency call the emergency number of your country.",
    "En una emergencia llame al número de emergencias de su país.",
)


def contact_lines(
    kind: AnswerKind, red_flag: RedFlag | None, facility: Facility, language: Language
) -> tuple[str, ...]:
    """Return whom to call, the most needed first; never a number that nobody configured.

    Parameters
    ----------
    kind : AnswerKind
    red_flag : RedFlag or None
        Despair: the crisis line first; a symptom: the clinic first; then the emergency number.
    facility : Facility
    language : Language
    """
    urgent = kind is AnswerKind.RED_FLAG
    clinic = _clinic(facility.contact, urgent, language)
    if not urgent:
        return (clinic,)
    emergency = _NO_EMERGENCY[language]
    if facility.emergency_number:
        emergency = _EMERGENCY[language].format(facility.emergency_number)
    if red_flag is RedFlag.DESPAIR:
        return (_crisis(facility.crisis_line, language), emergency, clinic)
    return (clinic, emergency)


def _clinic(line: ContactLine | None, urgent: bool, language: Language) -> str:
    """Return how the clinic is reached."""
    if line is None:
        return (_CLINIC_TODAY if urgent else _CLINIC)[language]
    return (_CALL_TODAY if urgent else _CALL)[language].format(_line(line, language))


def _crisis(line: ContactLine | None, language: Language) -> str:
    """Return how somebody is reached in despair."""
    if line is None:
        return _NO_CRISIS_LINE[language]
    return _CRISIS[language].format(_line(line, language))


def _line(line: ContactLine, language: Language) -> str:
    """Write somebody to call, with the hours where they are stated."""
    hours = line.hours.get(language, "")
    return f"{line.name}, {line.phone}" + (f" ({hours})" if hours else "")
