"""A supervisor over small roles, run by the tests as a process of its own.

``supervised.py HOME PORT ROLE…``, where a role is ``name:step:manner``. Each role notes in
HOME/journal when it starts and when it is asked to end.
"""

from __future__ import annotations

import sys
from pathlib import Path

import psycopg
import structlog

from infrastructure.embedded.errors import AnsimError
from infrastructure.embedded.home import Home
from infrastructure.settings import Settings
from infrastructure.supervisor.roles import Role
from infrastructure.supervisor.supervisor import Supervisor

ROLE = """
import os, signal, subprocess, sys, time
name, manner, journal = sys.argv[1:]
def note(what):
    with open(journal, "a") as file:
        file.write(f"{name} {what} {os.getpid()}\\n")
def end(*_):
    note("asked")
    if manner != "stubborn":
        time.sleep(0.2)
        note("ended")
        sys.exit(0)
signal.signal(signal.SIGTERM, end)
if manner == "parent":
    worker = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    print("worker", worker.pid, flush=True)
note("started")
while True:
    time.sleep(60)
"""


def role(words: str, journal: Path) -> Role:
    name, step, manner = words.split(":")
    command = (sys.executable, "-c", ROLE, name, manner, str(journal))
    return Role(name, command, int(step))


def migrate(owner_url: str) -> None:
    with psycopg.connect(owner_url) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS starts (at timestamptz DEFAULT now())")
        connection.execute("INSERT INTO starts DEFAULT VALUES")


def main(home: str, port: str, *roles: str) -> None:
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    settings = Settings(home=Path(home), port=int(port))
    place = Home(settings.home)
    supervisor = Supervisor(
        settings,
        place,
        lambda: [role(words, place.path / "journal") for words in roles],
        migrate=migrate,
        started=lambda: print("started", flush=True),  # noqa: T201
    )
    try:
        supervisor.run()
    except AnsimError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main(*sys.argv[1:])
