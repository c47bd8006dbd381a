"""How log lines look: pretty on a terminal, JSON elsewhere; always on stderr."""

from __future__ import annotations

import logging
import sys

import structlog


def configure(level: str, *, role: str) -> None:
    """Set up structlog for this process; every line says which role wrote it.

    Args:
        level: the least severe level that is written, by its name.
        role: ``serve``, ``project``, …
    """
    on_terminal = sys.stderr.isatty()
    renderer: structlog.typing.Processor = (
        structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
        if on_terminal
        else structlog.processors.JSONRenderer(ensure_ascii=False)
    )
    # Without the values of local variables: they may be personal.
    shown = structlog.processors.ExceptionRenderer(
        structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
    )
    tracebacks = [] if on_terminal else [shown]

    def name_role(
        _logger: object, _method: str, event: structlog.typing.EventDict
    ) -> structlog.typing.EventDict:
        event.setdefault("role", role)
        return event

    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            name_role,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            *tracebacks,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(
            logging.getLevelNamesMapping().get(level.upper(), logging.INFO)
        ),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format="%(name)s: %(message)s")
    logging.getLogger("psycopg.pool").setLevel(logging.ERROR)  # who asks the pool says so
