"""A throw-away home on which all roles run for real, in processes of their own."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, ClassVar, TypeVar

import httpx

from application.errors import ApplicationError
from infrastructure.bootstrap import House, Settings
from interfaces.commands.output import say
from interfaces.demo.free_port import free_port

HOST = "127.0.0.1"
READY_S = 90.0
STOP_S = 60.0
LOOK_EVERY_S = 0.1

FoundT = TypeVar("FoundT")


class DemoFailed(ApplicationError):
    """Something that had to be true was not; the message says what was looked for, and found."""

    code: ClassVar[str] = "demo_failed"


def wait_for(look: Callable[[], FoundT | None], *, what: str, within_s: float) -> FoundT:
    """The first true answer of ``look``.

    Raises:
        DemoFailed: there was none in time; names ``what`` was waited for.
    """
    deadline = time.monotonic() + within_s
    while True:
        if found := look():
            return found
        if time.monotonic() > deadline:
            raise DemoFailed(f"{what} did not come within {within_s:g} s")
        time.sleep(LOOK_EVERY_S)


class Stage:
    """The running service: its addresses, and the house that reads back what it did."""

    def __init__(self, path: Path, process: subprocess.Popen[bytes], port: int) -> None:
        self.path = path
        self.url = f"http://{HOST}:{port}"
        self.house = House(_settings(path, port), role="demo")
        self.process = process

    @property
    def partners_url(self) -> str:
        port = self.house.home.known_port("partners")
        if port is None:
            raise DemoFailed("the partners' simulators have no address: they do not run")
        return f"http://{HOST}:{port}"


@contextmanager
def stage(
    *, keep: Path | None, without: tuple[str, ...], routes: str | None = None
) -> Iterator[Stage]:
    """Start everything on a new home, wait until it is ready, and stop it in the end.

    Args:
        keep: where the home is made and left; None makes one that is removed.
        without: roles that are left out; then only the web role is waited for.
        routes: by which ways messages go; None: by those that a city has which sets none.

    Raises:
        DemoFailed: it does not start, or ``keep`` is in use; says what it said.
    """
    if keep is not None and keep.exists() and any(keep.iterdir()):
        raise DemoFailed(f"--keep {keep}: the folder is not empty: name a new one")
    path = keep.absolute() if keep else Path(tempfile.mkdtemp(prefix="ansim-demo-"))  # 0700
    try:
        with tempfile.TemporaryFile() as said, _running(path, without, said, routes) as running:
            yield running
    finally:
        if keep is None:
            shutil.rmtree(path, ignore_errors=True)


@contextmanager
def _running(
    path: Path, without: tuple[str, ...], said: IO[bytes], routes: str | None = None
) -> Iterator[Stage]:
    port = free_port()
    leave_out = [part for role in without for part in ("--without", role)]
    process = subprocess.Popen(  # noqa: S603 - our own command
        [sys.executable, "-m", "interfaces.cli", "up", "--until-eof", *leave_out],
        env=_environment(path, port, routes),
        stdin=subprocess.PIPE,  # closed by our end, however that comes: then it ends too
        stdout=subprocess.DEVNULL,
        stderr=said,
        start_new_session=True,
    )
    running = Stage(path, process, port)
    try:
        _wait_until_ready(running, said, all_roles=not without)
        say(f"everything runs on {running.url}")
        yield running
    finally:
        running.house.close()
        _stop(process)


def _settings(path: Path, port: int) -> Settings:
    """Of the throw-away home alone, whatever this shell's own settings are."""
    return Settings(
        home=path,
        host=HOST,
        port=port,
        database_url=None,
        admin_database_url=None,
        redis_url=None,
        key_encryption_key=None,
        key_file=None,
        checkpoint_key_file=None,
        witnesses=None,
        partners_url=None,
        partner_secret=None,
    )


def _environment(path: Path, port: int, routes: str | None) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ANSIM_")}
    root = str(Path(__file__).parents[2])
    paths = os.pathsep.join(part for part in (root, kept.get("PYTHONPATH", "")) if part)
    chosen = {"ANSIM_MESSAGE_ROUTES": routes} if routes else {}
    return (
        kept
        | chosen
        | {
            "ANSIM_HOME": str(path),
            "ANSIM_HOST": HOST,
            "ANSIM_PORT": str(port),
            "PYTHONPATH": paths,
        }
    )


def _wait_until_ready(running: Stage, said: IO[bytes], *, all_roles: bool) -> None:
    door = "/readyz" if all_roles else "/healthz"
    told = "nothing answers yet"

    def look() -> bool:
        nonlocal told
        if running.process.poll() is not None:
            raise DemoFailed(f"`ansim up` ended: {_tail(said)}")
        try:
            answer = http.get(running.url + door)
        except httpx.HTTPError:
            return False
        told = answer.text
        return answer.is_success

    try:
        with httpx.Client(timeout=2.0) as http:
            wait_for(look, what=f"an answer of {door}", within_s=READY_S)
    except DemoFailed as error:
        raise DemoFailed(f"{error}; it says: {' '.join(told.split())[:500]}") from None


def _tail(said: IO[bytes]) -> str:
    said.seek(0)
    lines = said.read().decode(errors="replace").strip().splitlines()
    return lines[-1] if lines else "without a word"


def _stop(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
    try:
        process.wait(STOP_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    if process.stdin is not None:
        process.stdin.close()
