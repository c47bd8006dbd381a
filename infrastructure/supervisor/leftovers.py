"""What outlived an earlier run of the same home, and how it is ended."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import psutil
import structlog

from infrastructure.embedded.process import kill_all, wait_gone
from infrastructure.supervisor.role_process import PREFIX

if TYPE_CHECKING:
    from infrastructure.embedded.home import Home

log = structlog.get_logger()

PATIENCE_S = 5.0


def end_leftovers(home: Home) -> int:
    """End the roles of an earlier run; return how many processes that were."""
    marks = {name: mark for name, mark in home.marks().items() if name.startswith(PREFIX)}
    sessions = {mark.pid for mark in marks.values()}
    found = [process for process in psutil.process_iter() if _is_ours(process, sessions, home)]
    for process in found:
        try:
            process.terminate()
        except psutil.NoSuchProcess:
            continue
    kill_all(wait_gone(found, timeout_s=PATIENCE_S))
    for name in marks:
        home.remember(name, None)
    if found:
        log.warning("leftovers.ended", processes=len(found))
    return len(found)


def _is_ours(process: psutil.Process, sessions: set[int], home: Home) -> bool:
    """By session and home: the number of a dead session may belong to a stranger by now."""
    try:
        return os.getsid(process.pid) in sessions and process.environ().get("ANSIM_HOME") == str(
            home.path
        )
    except (OSError, psutil.Error):
        return False
