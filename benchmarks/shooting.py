"""Triggers sent each at its moment by ``wrk``, a load tool in C, and the answers to each."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

SCRIPT = Path(__file__).with_name("burst.lua")
CONNECTIONS_MAX = 1000
"""Each is used at most once a second, more often than the server closes idle ones."""
PATIENCE_S = 120


@dataclass(frozen=True, slots=True)
class Shot:
    """One trigger; the correlation id tells its answer from others'."""

    correlation_id: UUID
    token: str
    body: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Answer:
    correlation_id: UUID
    status: int
    took_ms: float
    """From the moment at which the trigger was to be sent."""
    report_id: UUID | None


def shoot(url: str, shots: Sequence[Shot], *, per_s: float) -> list[Answer]:
    """Send all, ``per_s`` of them a second, and wait for every answer.

    Raises:
        RuntimeError: there is no ``wrk``, or an answer is missing; says what to do.
    """
    tool = shutil.which("wrk")
    if tool is None:
        raise RuntimeError("wrk is not installed: `make setup` as root, or `apt-get install wrk`")
    with tempfile.TemporaryDirectory() as folder:
        items, answers = Path(folder, "items"), Path(folder, "answers")
        items.write_text(
            "".join(f"{one.correlation_id}\t{one.token}\t{json.dumps(one.body)}\n" for one in shots)
        )
        connections = min(CONNECTIONS_MAX, len(shots))
        words = [tool, "--threads=1", f"--connections={connections}", f"--duration={PATIENCE_S}"]
        words += [f"--timeout={PATIENCE_S}", f"--script={SCRIPT}", url]
        told = {"BURST_ITEMS": items, "BURST_ANSWERS": answers, "BURST_PER_S": per_s}
        with subprocess.Popen(  # noqa: S603 - our own command
            words,
            env=os.environ | {name: str(value) for name, value in told.items()},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        ) as running:
            while running.poll() is None and not answers.exists():
                time.sleep(0.05)
            running.send_signal(signal.SIGINT)  # by itself it stays for all of its duration
            _, said = running.communicate()
        if not answers.exists():
            raise RuntimeError(f"wrk has not heard every answer in {PATIENCE_S} s: {said}")
        return [_answer(line) for line in answers.read_text().splitlines()]


def _answer(line: str) -> Answer:
    correlation_id, moment, _begun, ended, status, body = line.split("\t", 5)
    told = json.loads(body) if body.startswith("{") else {}
    return Answer(
        correlation_id=UUID(correlation_id),
        status=int(status),
        took_ms=(float(ended) - float(moment)) / 1000,
        report_id=UUID(told["aggregate_id"]) if "aggregate_id" in told else None,
    )
