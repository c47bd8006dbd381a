"""The benchmarks can be run: each is asked for its help, one is run at its shortest."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
NAMES = sorted(
    path.stem
    for path in (ROOT / "benchmarks").glob("*.py")
    if "ArgumentParser(" in path.read_text()
)


def run(name: str, *words: str) -> str:
    """What it says on stdout."""
    done = subprocess.run(
        [sys.executable, "-m", f"benchmarks.{name}", *words],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.long
@pytest.mark.parametrize("name", NAMES)
def test_a_benchmark_says_what_it_measures(name: str) -> None:
    assert name in run(name, "--help")


def test_both_sides_of_a_benchmark_come_to_the_same() -> None:
    told = json.loads(run("replay", "--json", "--rounds", "1").splitlines()[-1])
    assert {size: row["equal"] for size, row in told["facts"].items()} == {
        "10": True,
        "100": True,
        "1000": True,
    }
