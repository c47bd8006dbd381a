"""The rooms point inward: import-linter's contracts are kept, and would be seen broken."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.tree import ROOMS, ROOT

LINT_IMPORTS = Path(sys.executable).with_name("lint-imports")


def lint_imports(root: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(LINT_IMPORTS), "--no-cache"],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_all_contracts_are_kept() -> None:
    result = lint_imports(ROOT)
    assert result.returncode == 0, result.stdout
    assert " 0 broken" in result.stdout


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("planted")
    for room in ROOMS:
        shutil.copytree(ROOT / room, root / room, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", root)
    return root


@pytest.mark.parametrize(
    ("module", "planted", "contract"),
    [
        ("domain/planted.py", "import application.desk", "Rooms point inward"),
        ("workers/planted.py", "import interfaces.cli", "Rooms point inward"),
        ("domain/planted.py", "import sqlalchemy", "The domain knows no machinery"),
        ("projections/planted.py", "import psycopg", "Decisions and folds do no input or output"),
        (
            "interfaces/planted.py",
            "import infrastructure.settings",
            "Adapters are reached through the bootstrap only",
        ),
        (
            "domain/emergency/planted.py",
            "import domain.member",
            "Aggregates refer to each other by id, never by import",
        ),
    ],
)
def test_a_planted_import_is_seen(copy: Path, module: str, planted: str, contract: str) -> None:
    path = copy / module
    path.write_text(f"{planted}\n")
    try:
        result = lint_imports(copy)
    finally:
        path.unlink()
    assert result.returncode != 0
    assert f"{contract} BROKEN" in " ".join(result.stdout.split())
