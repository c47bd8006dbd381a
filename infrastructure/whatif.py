"""Reads a period of the log for a comparison; each page in a transaction that cannot write."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from application.whatif.changes import EmptyPeriod
from application.whatif.comparing import Shadow
from application.whatif.course import STEPS
from domain.base import Fact
from domain.emergency import facts
from infrastructure.log.scope import Scope

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from application.whatif.changes import Changes
    from infrastructure.database import Database
    from infrastructure.log.reader import LogReader

PAGE: Final = 2_000
INSTANT: Final = timedelta(microseconds=1)
KINDS: Final[tuple[type[Fact], ...]] = (facts.Triggered, *STEPS)
READ: Final = Scope(
    tuple(kind.TOPIC for kind in KINDS),
    sealed=False,
    traced=False,
    reads=(
        (facts.Triggered.TOPIC, ("district", "drill", "cancel_until")),
        (facts.Joined.TOPIC, ("district", "fix", "responsible", "answer_by", "escalations")),
        (facts.Accepted.TOPIC, ("district", "answer_by", "escalations")),
        (facts.Released.TOPIC, ("answer_by", "escalations")),
        (facts.Reopened.TOPIC, ("answer_by", "escalations")),
    ),
)
"""Of the facts with the most fields only what a course takes in."""


def what_if(  # noqa: PLR0913
    database: Database,
    reader: LogReader,
    changes: Changes,
    *,
    begin: datetime | None,
    end: datetime | None,
    progress: Callable[[int, int], None],
) -> dict[str, Any]:
    """See ``application.whatif.comparing.Shadow.result``.

    Raises:
        EmptyPeriod: it ends before it begins, or no report began in it.
    """
    if begin is not None and end is not None and begin >= end:
        raise EmptyPeriod("--from must be earlier than --to")
    shadow = Shadow(changes, begin, end)
    after = 0 if begin is None else reader.position_at(begin - INSTANT)
    upto = reader.head() if end is None else reader.position_at(end)
    with database.connection() as connection:
        for start in range(after, upto, PAGE):
            stop = min(start + PAGE, upto)
            with connection.transaction():
                connection.execute("SET TRANSACTION READ ONLY")
                page = reader.page(start, stop, READ, connection=connection)
            for fact in page:
                if isinstance(fact, Fact):
                    shadow.follow(fact)
                else:
                    shadow.unreadable += 1
            progress(stop - after, upto - after)
    return shadow.result()
