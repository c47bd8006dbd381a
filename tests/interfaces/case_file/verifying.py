"""Runs the exported verifier as a court would: a bare Python, its own folder, no environment."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path


def verify(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-I", "verify.py", *options],
        cwd=folder,
        env={"PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


def complaints(folder: Path, *options: str) -> str:
    """What it finds wrong."""
    found = verify(folder, *options)
    assert found.returncode == 1, found.stdout + found.stderr
    assert found.stdout.startswith("SPOILED")
    assert "good" not in found.stdout
    return found.stdout
