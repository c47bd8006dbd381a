"""Runs `ansim` as a shell would."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]


def ansim(
    *words: str, home: Path | None = None, stdin: str = "", timeout_s: float = 120, **settings: str
) -> subprocess.CompletedProcess[str]:
    """The finished command; of this shell's own settings none reaches it."""
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith("ANSIM")
    }
    environment |= {f"ANSIM_{name.upper()}": value for name, value in settings.items()}
    if home is not None:
        environment["ANSIM_HOME"] = str(home)
    return subprocess.run(
        [sys.executable, "-m", "interfaces.cli", *words],
        cwd=ROOT,
        env=environment | {"PYTHONPATH": str(ROOT), "COLUMNS": "200"},
        input=stdin,
        capture_output=True,
        text=True,
        timeout=timeout_s,
        check=False,
    )


def last_json(result: subprocess.CompletedProcess[str]) -> Any:
    """What the last line of stdout holds."""
    assert result.returncode == 0, result.stderr
    return json.loads(result.stdout.strip().splitlines()[-1])


def complaint(result: subprocess.CompletedProcess[str]) -> str:
    """The one line that a refused command leaves, and nothing else."""
    assert result.returncode != 0
    assert "Traceback" not in result.stderr
    [line] = result.stderr.strip().splitlines()
    return line
