"""`calcsight info`: versions, models with their digests, settings, intended use."""

import platform
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from calcsight.cli.console import tell
from calcsight.cli.options import AsJson
from calcsight.terms.judge import OperatingPoint
from calcsight.terms.reading import INTENDED_USE
from calcsight.terms.settings import Settings
from calcsight.terms.version import SOFTWARE, VERSION

_PACKAGES = (
    "numpy",
    "scipy",
    "opencv-python-headless",
    "pydicom",
    "imagecodecs",
    "pillow",
    "jinja2",
    "typer",
    "rich",
    "onnxruntime",
    "openvino",
    "pyarrow",
)


def info(as_json: AsJson = False) -> int:
    """Print versions, models (the usual one first), default settings and the intended use."""
    facts = gathered_facts()
    if as_json:
        from calcsight.reports.json_text import json_text  # noqa: PLC0415

        tell(json_text(facts).rstrip())
        return 0
    tell(f"{SOFTWARE}, Python {facts['python']}, {facts['platform']}")
    tell(", ".join(f"{name} {found or 'absent'}" for name, found in facts["packages"].items()))
    for model in facts["models"]:
        points = ", ".join(f"{name} {value:g}" for name, value in model["operating_points"].items())
        tell(f"model {model['name']}, SHA-256 {model['digest']}; scores at {points}")
    tell(f"settings, SHA-256 {facts['settings_digest']}; calcsight info --json shows each")
    schemas = ", ".join(f"{name} {number}" for name, number in facts["schemas"].items())
    tell(f"schemas: {schemas}")
    tell(INTENDED_USE)
    return 0


def gathered_facts() -> dict[str, Any]:
    """Return everything `info` prints as plain data.

    Raises
    ------
    ModelError
        When the shipped model is missing or altered.
    """
    from calcsight.models import (  # noqa: PLC0415 - help must not wait for numpy
        DEFAULT_MODEL,
        SHIPPED,
        load_judge,
    )
    from calcsight.reports.schemas import (  # noqa: PLC0415
        MANIFEST_SCHEMA_VERSION,
        READING_SCHEMA_VERSION,
    )

    names = sorted(SHIPPED, key=lambda name: (name != DEFAULT_MODEL, name))
    judges = [load_judge(name) for name in names or [DEFAULT_MODEL]]
    settings = Settings()
    return {
        "document": "calcsight.info",
        "software": SOFTWARE,
        "version": VERSION,
        "intended_use": INTENDED_USE,
        "python": platform.python_version(),
        "platform": f"{platform.system()} {platform.machine()}",
        "packages": {name: _version_of(name) for name in _PACKAGES},
        "models": [
            {
                "name": judge.name,
                "digest": judge.digest,
                "operating_points": {
                    point.value: round(judge.operating_points[point], 6) for point in OperatingPoint
                },
            }
            for judge in judges
        ],
        "settings": settings.as_mapping(),
        "settings_digest": settings.digest,
        "schemas": {"reading": READING_SCHEMA_VERSION, "manifest": MANIFEST_SCHEMA_VERSION},
    }


def _version_of(package: str) -> str | None:
    """Return the version of an installed package, None when it is absent."""
    try:
        return version(package)
    except PackageNotFoundError:
        return None
