"""Reads the log ahead of whoever folds it, so that the server works meanwhile."""

from __future__ import annotations

from contextlib import contextmanager
from queue import Empty, Queue
from threading import Event, Thread
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from domain.base import Fact
    from infrastructure.engine.engine import FactReader
    from infrastructure.log.scope import Scope
    from infrastructure.log.unreadable import Unreadable

    Page = tuple[int, Sequence[Fact | Unreadable]]

PAGES_AHEAD: Final = 2
LOOK_EVERY_S: Final = 0.1


@contextmanager
def read_ahead(
    reader: FactReader, scope: Scope, after: int, upto: int, *, size: int
) -> Iterator[Iterator[Page]]:
    """Pages of facts up to a position that the log has, each with the position it reaches.

    What goes wrong while reading is raised where the page is asked for.
    """
    pages: Queue[Page | BaseException | None] = Queue(PAGES_AHEAD)
    stop = Event()

    def read() -> None:
        reached = after
        try:
            while reached < upto and not stop.is_set():
                reached, begun = min(reached + size, upto), reached
                pages.put((reached, reader.page(begun, reached, scope)))
            pages.put(None)
        except BaseException as error:  # noqa: BLE001 - the other thread raises it
            pages.put(error)

    def taken() -> Iterator[Page]:
        while (page := pages.get()) is not None:
            if isinstance(page, BaseException):
                raise page
            yield page

    thread = Thread(target=read, name="read-ahead", daemon=True)
    thread.start()
    try:
        yield taken()
    finally:
        stop.set()
        while thread.is_alive():
            try:
                pages.get(timeout=LOOK_EVERY_S)
            except Empty:
                continue
        thread.join()
