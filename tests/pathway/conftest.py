"""Guidance of the files that ship, and groups as a reader would state them."""

import pytest

from calcsight.knowledge.guidance import load_guidance
from calcsight.terms.description_settings import GuidanceSettings
from calcsight.terms.guidance import Guidance


@pytest.fixture(scope="session")
def guidance() -> Guidance:
    return load_guidance(GuidanceSettings())


@pytest.fixture(scope="session")
def five_tier() -> Guidance:
    return load_guidance(GuidanceSettings(scheme="five-tier"))
