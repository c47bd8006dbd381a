"""The data folder: its rights, its lock, its secrets, and what it remembers between starts."""

from __future__ import annotations

import base64
import fcntl
import json
import os
import secrets
import shutil
import tempfile
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from infrastructure.embedded.errors import HomeBusy, HomeError
from infrastructure.embedded.ports import free_port, is_free
from infrastructure.embedded.process import ProcessMark

if TYPE_CHECKING:
    from collections.abc import Iterator

KEK_BYTES = 32
LEAST_FREE_BYTES = 200 * 1024 * 1024  # a new PostgreSQL cluster with its first log files
LATER = ("person_key", "guardian_links", "vapid")
"""Secrets that homes of earlier releases have not: made when they are first missed."""
SECRETS = (
    "kek",
    "partner_secret",
    "postgres_superuser",
    "postgres_owner",
    "postgres_service",
    "valkey",
    *LATER,
)


class Home:
    """One data folder; ``prepare`` makes it ready and may be called by several at once."""

    def __init__(self, path: Path, *, least_free_bytes: int = LEAST_FREE_BYTES) -> None:
        self.path = path.expanduser().absolute()
        self.keys = self.path / "keys"
        self.logs = self.path / "logs"
        self._least_free_bytes = least_free_bytes
        self._state = self.path / "state.json"
        self._lock = self.path / "lock"

    def prepare(self) -> None:
        """Make the folder, its rights, its keys; a folder that is ready stays as it is.

        Raises:
            HomeError: it is another's, cannot be written, is full, or holds something else.
        """
        try:
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._refuse_strangers()
            self.path.chmod(0o700)
            free = shutil.disk_usage(self.path).free
            if free < self._least_free_bytes:
                raise HomeError(
                    f"{self.path}: only {free >> 20} MB are free and "
                    f"{self._least_free_bytes >> 20} MB are needed: "
                    "make room, or set ANSIM_HOME to another disk"
                )
            self._lock.touch(mode=0o600)  # first: by it the folder is known as ours
            self.logs.mkdir(mode=0o700, exist_ok=True)
            self._make_keys()
        except OSError as error:
            reason = error.strerror or str(error)
            raise HomeError(
                f"{self.path}: {reason}: mend it, or set ANSIM_HOME to a folder that you own"
            ) from error

    def _refuse_strangers(self) -> None:
        if self.path.stat().st_uid != os.geteuid():
            raise HomeError(
                f"{self.path} belongs to another user: "
                "run ansim as that user, or set ANSIM_HOME to a folder of your own"
            )
        if self.is_made():
            return
        if any(entry.name != "lost+found" for entry in self.path.iterdir()):
            raise HomeError(
                f"{self.path} holds other files and is no ansim home: "
                "set ANSIM_HOME to a new or empty folder"
            )

    def _make_keys(self) -> None:
        """All secrets at once, by one rename: there is never half a set."""
        if self.keys.exists():
            self._make_later_keys()
            return
        making = Path(tempfile.mkdtemp(prefix="keys.", dir=self.path))  # 0700
        for name in SECRETS:
            value = (
                base64.b64encode(secrets.token_bytes(KEK_BYTES)).decode()
                if name == "kek"
                else secrets.token_urlsafe(KEK_BYTES)
            )
            _write_safely(making / name, value)
        _sync_folder(making)
        try:
            making.rename(self.keys)
        except OSError:  # another was first
            shutil.rmtree(making)
            if not self.keys.exists():
                raise
        _sync_folder(self.path)

    def _make_later_keys(self) -> None:
        for name in LATER:
            made = self.keys / f".making.{name}.{os.getpid()}"
            if not self.secret_file(name).exists():
                _write_safely(made, secrets.token_urlsafe(KEK_BYTES))
                with suppress(FileExistsError):  # another was first
                    self.secret_file(name).hardlink_to(made)
                made.unlink()
        _sync_folder(self.keys)

    def is_made(self) -> bool:
        return self._lock.exists()

    def secret_file(self, name: str) -> Path:
        return self.keys / name

    def secret(self, name: str) -> str:
        """A generated secret, the same for the life of the folder.

        Raises:
            HomeError: its file is gone; a new one would not open what the old one closed.
        """
        try:
            return self.secret_file(name).read_text().strip()
        except OSError as error:
            raise HomeError(
                f"{self.secret_file(name)}: {error.strerror}: "
                "restore the folder keys/ from a back-up, or start with a new ANSIM_HOME"
            ) from error

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the folder alone, as long as the block or the process lives.

        Raises:
            HomeBusy: another process holds it.
        """
        descriptor = os.open(self._lock, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                holder = self.holder()
                pid = holder.pid if holder else "unknown"
                raise HomeBusy(
                    f"another ansim runs on this home (pid {pid}): {self.path}: "
                    "stop it with `ansim down`, or set ANSIM_HOME to another folder"
                ) from None
            own = ProcessMark.of(os.getpid())
            os.ftruncate(descriptor, 0)
            if own is not None:
                os.write(descriptor, json.dumps([own.pid, own.started]).encode())
            try:
                yield
            finally:
                os.ftruncate(descriptor, 0)  # nobody is to be stopped for having held it once
        finally:
            os.close(descriptor)

    def holder(self) -> ProcessMark | None:
        """Who holds the lock; None while nobody does, or nobody has signed yet."""
        try:
            pid, started = json.loads(self._lock.read_text())
        except (OSError, ValueError):
            return None
        mark = ProcessMark(int(pid), float(started))
        return mark if mark.is_alive() else None

    # What is remembered is written by the holder of the lock only.

    def port(self, name: str) -> int:
        """The port this name had before while that is free, else a new one, kept."""
        port = self.known_port(name)
        if port is None or not is_free(port):
            port = free_port()
            self._remember("ports", name, port)
        return port

    def known_port(self, name: str) -> int | None:
        port: int | None = self._read().get("ports", {}).get(name)
        return port

    def mark(self, name: str) -> ProcessMark | None:
        found = self._read().get("processes", {}).get(name)
        return ProcessMark(int(found[0]), float(found[1])) if found else None

    def marks(self) -> dict[str, ProcessMark]:
        """Every remembered process, living or not, by name."""
        found = self._read().get("processes", {})
        return {name: ProcessMark(int(pid), float(at)) for name, (pid, at) in found.items()}

    def remember(self, name: str, mark: ProcessMark | None) -> None:
        """Keep a process for whoever comes after us; None forgets it."""
        self._remember("processes", name, [mark.pid, mark.started] if mark else None)

    def _read(self) -> dict[str, Any]:
        try:
            state: dict[str, Any] = json.loads(self._state.read_text())
        except FileNotFoundError:
            return {}
        except (OSError, ValueError) as error:
            raise HomeError(
                f"{self._state} cannot be read ({error}): remove it; running servers are found"
            ) from error
        return state

    def _remember(self, kind: str, name: str, value: object) -> None:
        state = self._read()
        entries = state.setdefault(kind, {})
        if value is None:
            entries.pop(name, None)
        else:
            entries[name] = value
        try:
            _write_safely(self._state, json.dumps(state, indent=1))
        except OSError as error:
            raise HomeError(
                f"{self._state}: {error.strerror}: make room or mend the rights, then start again"
            ) from error


def _write_safely(path: Path, text: str) -> None:
    """Replace a file whole (0600): after a crash it holds the old text or the new."""
    descriptor, making = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(descriptor, "w") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(making).replace(path)
    except OSError:
        with suppress(OSError):
            Path(making).unlink()
        raise


def _sync_folder(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
