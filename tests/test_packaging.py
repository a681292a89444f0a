"""What users install: the wheel's content, the cost of importing it, and the paths that the documents name."""

import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import relapse_rules

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "src" / "relapse_rules"
HEAVY = ("durable_rules_engine", "lark", "pydantic", "pypinyin", "rich", "typer")


def python(code: str, *, cwd: Path = ROOT, first_on_path: Path | None = None) -> str:
    """Run ``code`` in a fresh interpreter and return what it prints."""
    path = [] if first_on_path is None else [f"import sys; sys.path.insert(0, {str(first_on_path)!r})"]
    program = "\n".join([*path, code])
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=cwd,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that holds the unpacked wheel, built by the backend itself: no isolation, no network."""
    folder = tmp_path_factory.mktemp("wheel")
    name = python(
        f"from hatchling.build import build_wheel; print(build_wheel({str(folder)!r}))"
    ).splitlines()[-1]
    with zipfile.ZipFile(folder / name) as wheel:
        wheel.extractall(folder / "unpacked")
    return folder / "unpacked"


@pytest.mark.parametrize("name", ["grammar", "policies"])
def test_the_wheel_carries_every_file_of(name: str, installed: Path) -> None:
    source = {path.relative_to(ROOT) for path in (ROOT / name).rglob("*") if path.is_file()}

    shipped = installed / "relapse_rules"

    assert source
    assert {path for path in source if not (shipped / path).is_file()} == set()


def test_the_wheel_says_that_it_is_typed(installed: Path) -> None:
    assert (installed / "relapse_rules" / "py.typed").is_file()


def test_the_wheel_leaves_tests_out(installed: Path) -> None:
    top = {path.name for path in installed.iterdir()}

    assert top == {"relapse_rules", "relapse_rules-0.1.0.dist-info"}


@pytest.mark.parametrize("name", ["grammar", "policies"])
def test_an_installed_package_finds_its_own(name: str, installed: Path, tmp_path: Path) -> None:
    code = f"from relapse_rules import resources; print(resources.{name}_directory())"

    found = python(code, cwd=tmp_path, first_on_path=installed)

    assert Path(found) == installed / "relapse_rules" / name


def test_an_incomplete_installation_names_the_missing_folder(installed: Path, tmp_path: Path) -> None:
    package = tmp_path / "lib" / "python" / "relapse_rules"
    package.mkdir(parents=True)
    for name in ("__init__.py", "resources.py"):
        (package / name).write_bytes((installed / "relapse_rules" / name).read_bytes())
    code = """
from relapse_rules import resources
try:
    resources.grammar_directory()
except FileNotFoundError as error:
    print(ascii(str(error)))
"""

    message = python(code, cwd=tmp_path, first_on_path=package.parent)

    assert ascii("安装不完整:找不到随包提供的“grammar”目录")[1:-1] in message


def test_importing_the_package_loads_nothing_heavy() -> None:
    code = f"import sys, relapse_rules; print(sorted(set({HEAVY}) & set(sys.modules)))"

    assert python(code) == "[]"


def test_importing_the_package_costs_at_most_three_small_imports() -> None:
    """Measured in fresh interpreters, best of seven, against ``json``, ``dataclasses`` and ``re``."""

    def best(modules: str) -> float:
        code = (
            f"import time; start = time.perf_counter(); import {modules}; print(time.perf_counter() - start)"
        )
        return min(float(python(code)) for _ in range(7))

    assert best("relapse_rules") <= 3 * best("json, dataclasses, re")


@pytest.mark.parametrize("name", relapse_rules.__all__)
def test_every_public_name_can_be_used(name: str) -> None:
    assert getattr(relapse_rules, name).__name__ == name
    assert name in dir(relapse_rules)


def test_the_public_names_are_sorted() -> None:
    assert relapse_rules.__all__ == sorted(relapse_rules.__all__)


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="'relapse_rules' has no attribute 'laod'"):
        _ = relapse_rules.laod


TOP = {"src", "tests", "docs", "grammar", "policies", "examples", "bench", "scripts", "changelog.d", ".ci"}
DOCUMENTS = (ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md")))


def named_paths() -> list[tuple[str, str]]:
    """Return (document, path) for every text in backticks that starts with one of the repository's folders."""
    return sorted(
        {
            (document.relative_to(ROOT).as_posix(), name)
            for document in DOCUMENTS
            for name in re.findall(r"(?<!`)`([^`\s]+)`(?!`)", document.read_text(encoding="utf-8"))
            if "/" in name and name.split("/")[0] in TOP and not set(name) & set("<>*{}…")
        }
    )


@pytest.mark.parametrize(("document", "path"), named_paths())
def test_a_path_that_a_document_names_exists(document: str, path: str) -> None:
    """Folders and files alike; a placeholder is written with ``<``, a pattern with ``*``."""
    assert (ROOT / path).exists(), f"{document} names {path}"
