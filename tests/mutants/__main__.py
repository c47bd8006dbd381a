"""Plant every listed lie in a copy of the tree, one by one, and see the tests fail.

Prints one line for each rule, and ``killed N of N`` in the end; exits 1 when one lived, 2 when
the list no longer fits the code, or a test fails before any lie was planted.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue

from tests.architecture.tree import tracked
from tests.mutants.mutant import ROOT, Mutant, read_all

ALL = ("tests/domain", "tests/application", "tests/stateful/test_emergency_machine.py")
PATIENCE_S = 600
ALONE = {"PYTHONDONTWRITEBYTECODE": "1", "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
"""What pytest loads by itself, and these tests need nothing of, takes longer than most of them."""
FAILED = 1
"""pytest's exit when tests have failed; others mean that it could not ask them."""


@dataclass(frozen=True, slots=True)
class Fate:
    mutant: Mutant
    killed: bool
    by: str
    """The first test that noticed; else what pytest said."""


def copy_of_the_tree(folder: Path) -> Path:
    for path in tracked():
        there = folder / path.relative_to(ROOT)
        there.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, there)
    return folder


def fate_of(mutant: Mutant, root: Path) -> Fate:
    sound = mutant.planted(root)
    try:
        said = ""
        for tests in (mutant.first, ALL):
            if not tests:
                continue
            done = _asked(root, tests)
            lines = done.stdout.splitlines()
            said = lines[-1] if lines else done.stderr[-200:]
            if done.returncode == FAILED:
                failed = [line for line in lines if line.startswith("FAILED ")]
                return Fate(mutant, killed=True, by=failed[0].split()[1] if failed else said)
        return Fate(mutant, killed=False, by=said)
    finally:
        (root / mutant.file).write_text(sound)


def _asked(root: Path, tests: tuple[str, ...]) -> subprocess.CompletedProcess[str]:
    words = ["-m", "pytest", "-x", "-q", "--no-header", "--tb=no", "-p", "no:cacheprovider"]
    words += ["-p", "_hypothesis_pytestplugin"]
    return subprocess.run(
        [sys.executable, *words, *tests],
        cwd=root,
        env=os.environ | ALONE,
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE_S,
    )


def fails_anyway(mutants: list[Mutant]) -> str | None:
    """What pytest says of the tests when nothing is planted; None when they all pass."""
    tests = tuple(sorted({test for one in mutants for test in one.first}))
    done = _asked(ROOT, tests or ALL)
    return (done.stdout.splitlines() or [done.stderr])[-1] if done.returncode else None


def fates(mutants: list[Mutant], jobs: int) -> list[Fate]:
    roots: SimpleQueue[Path] = SimpleQueue()
    with tempfile.TemporaryDirectory(prefix="ansim-mutants-") as folder:
        for number in range(jobs):
            roots.put(copy_of_the_tree(Path(folder, str(number))))

        def one(mutant: Mutant) -> Fate:
            root = roots.get()
            try:
                fate = fate_of(mutant, root)
            finally:
                roots.put(root)
            word = "killed" if fate.killed else "LIVED "
            print(f"{word}  {mutant.rule}  ({mutant.file}; {fate.by})", flush=True)
            return fate

        with ThreadPoolExecutor(jobs) as pool:
            return list(pool.map(one, mutants))


def main() -> int:
    asked = _arguments()
    mutants = [one for one in read_all() if asked.only in f"{one.file} {one.rule}"]
    if unfit := [one for one in mutants if not one.fits()]:
        for one in unfit:
            print(f"does not fit {one.file} any more: {one.rule}", file=sys.stderr)
        return 2
    if said := fails_anyway(mutants):
        print(f"tests fail although nothing is planted: {said}", file=sys.stderr)
        return 2
    found = fates(mutants, asked.jobs)
    lived = [fate.mutant.rule for fate in found if not fate.killed]
    print(f"killed {len(found) - len(lived)} of {len(found)}")
    if asked.json:
        print(
            json.dumps({"mutants": len(found), "killed": len(found) - len(lived), "lived": lived})
        )
    return 1 if lived else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make mutants", description=__doc__)
    parser.add_argument("--only", default="", help="those whose file or rule has these letters")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
