"""What `import calcsight` gives, and that it costs nothing until asked."""

import subprocess
import sys

import pytest

import calcsight

PUBLIC = [
    "Calcification",
    "CalcsightError",
    "Change",
    "Comparison",
    "Distribution",
    "Exam",
    "ExamComparison",
    "ExamKind",
    "ExamReading",
    "Group",
    "GroupChange",
    "GroupRule",
    "Grouping",
    "Intent",
    "Judge",
    "Laterality",
    "Limitation",
    "Mammogram",
    "OperatingPoint",
    "Orientation",
    "Particle",
    "Provenance",
    "Reading",
    "Series",
    "Settings",
    "SizeClass",
    "Spacing",
    "SpacingSource",
    "View",
    "ViewModifier",
    "__version__",
    "calcification_rows",
    "compare",
    "group_rows",
    "load",
    "read",
    "read_exam",
]


def test_the_public_names_are_pinned() -> None:
    assert calcsight.__all__ == PUBLIC
    assert dir(calcsight) == sorted(PUBLIC)


@pytest.mark.parametrize("name", PUBLIC)
def test_each_public_name_leads_somewhere(name: str) -> None:
    found = getattr(calcsight, name)
    assert found is not None
    if name != "__version__":
        assert found.__name__ == name


def test_another_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="diagnose"):
        _ = calcsight.diagnose


def test_importing_imports_nothing_heavy() -> None:
    code = "import calcsight, sys; print(' '.join(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert not loaded & {"numpy", "cv2", "scipy", "pydicom", "typer", "rich", "jinja2", "PIL"}
