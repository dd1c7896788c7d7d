"""What import-linter cannot see: the core opens no file, and the house's limits hold."""

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from statistics import median

import pytest

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "calcsight"
MODULES = sorted(SOURCE.rglob("*.py"))
CORE = [
    path
    for path in MODULES
    if path.relative_to(SOURCE).parts[0]
    in {"terms", "analysis", "pathway", "simulation", "reading.py", "comparing.py"}
]
OPENS = frozenset(
    "open read_text read_bytes write_text write_bytes imread imwrite fromfile tofile memmap "
    "savetxt loadtxt genfromtxt savez print".split()
)
TEXT_SUFFIXES = frozenset(".py .md .toml .txt .cff .yaml .yml .json .html .css .j2".split())
HEAVY = frozenset(
    "pydicom cv2 scipy typer rich jinja2 pandas pyarrow torch onnxruntime matplotlib".split()
)
DISTRIBUTION_OF = {
    "cv2": "opencv-python-headless",
    "PIL": "pillow",
    "fhir": "fhir.resources",
    "dicomweb_client": "dicomweb-client",
}


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def imported_tops(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0]


@pytest.mark.parametrize("path", CORE, ids=named)
def test_the_core_opens_no_file_and_prints_nothing(path: Path) -> None:
    called = {
        node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Call)
    }
    assert not called & OPENS


@pytest.mark.parametrize("path", MODULES, ids=named)
def test_no_function_is_longer_than_sixty_lines(path: Path) -> None:
    long = {
        node.name: (node.end_lineno or 0) - node.lineno + 1
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or 0) - node.lineno >= 60
    }
    assert not long


def test_the_median_module_is_shorter_than_150_lines() -> None:
    lengths = [len(path.read_text(encoding="utf-8").splitlines()) for path in MODULES]
    assert median(lengths) < 150


def test_no_module_has_a_name_that_says_nothing() -> None:
    nothing = {"utils", "util", "helpers", "helper", "manager", "process", "misc", "common"}
    assert not nothing & {path.stem for path in MODULES}


def test_every_foreign_import_is_a_declared_dependency() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [
        *project["dependencies"],
        *(line for extra in project["optional-dependencies"].values() for line in extra),
    ]
    declared = {re.split(r"[<>=!~\[; ]", line)[0].lower() for line in wanted}
    foreign = {top for path in MODULES for top in imported_tops(tree_of(path))}
    foreign -= {*sys.stdlib_module_names, "calcsight"}
    assert {DISTRIBUTION_OF.get(top, top) for top in foreign} <= declared
    assert len(foreign) >= 2


def test_no_text_of_the_project_names_a_path_of_one_machine_or_holds_a_key() -> None:
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if listed.returncode != 0:
        pytest.skip("no git checkout here, so nothing says which files are the project's")
    folders = "|".join(["home", "Users", "root", "srv", "work"])
    own = re.compile(
        rf"(?:^|[\s\"'`(=:])/(?:{folders})/|://[^/\s:@]+:[^/\s@]+@|-----BEGIN [A-Z ]*PRIVATE"
    )
    found = []
    for name in filter(None, listed.stdout.split("\0")):
        path = ROOT / name
        if path.is_file() and (path.suffix in TEXT_SUFFIXES or not path.suffix):
            lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
            found += [
                f"{name}:{number}" for number, line in enumerate(lines, 1) if own.search(line)
            ]
    assert not found


def test_importing_calcsight_brings_in_no_format_and_no_model() -> None:
    code = "import sys, calcsight; print(' '.join(m for m in sys.modules if '.' not in m))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not set(run.stdout.split()) & HEAVY
