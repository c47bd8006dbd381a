"""What an operator can put right, told in one line."""

from __future__ import annotations

from dataclasses import dataclass

from infrastructure.embedded.errors import AnsimError


@dataclass(frozen=True, slots=True)
class Trouble:
    message: str
    exit_code: int = 1


def trouble(error: BaseException) -> Trouble | None:
    """The line to show for ``error``; None for a defect, which needs its traceback."""
    if isinstance(error, AnsimError):
        return Trouble(_one_line(error), error.exit_code)
    return _clock(error) or _refused(error) or _misset(error) or _unreachable(error)


def _clock(error: BaseException) -> Trouble | None:
    from infrastructure.clock import ClockSkewed

    return Trouble(_one_line(error)) if isinstance(error, ClockSkewed) else None


def _refused(error: BaseException) -> Trouble | None:
    from application.errors import ApplicationError
    from domain.base import DomainError

    if isinstance(error, ApplicationError | DomainError):
        return Trouble(f"{error.code}: {_one_line(error)}".rstrip(": "))
    return None


def _misset(error: BaseException) -> Trouble | None:
    from pydantic import ValidationError

    if not (isinstance(error, ValidationError) and error.title == "Settings"):
        return None
    wrong = "; ".join(
        f"ANSIM_{'_'.join(str(part) for part in one['loc']).upper()}: {one['msg']}"
        for one in error.errors()
    )
    return Trouble(f"{wrong}: see docs/settings.md")


def _unreachable(error: BaseException) -> Trouble | None:
    import psycopg
    import redis
    from sqlalchemy.exc import DBAPIError

    if isinstance(error, DBAPIError) and error.orig is not None:
        error = error.orig
    if isinstance(error, psycopg.errors.UndefinedTable | psycopg.errors.UndefinedFunction):
        return Trouble(
            f"the database has not this version's shape ({_one_line(error)}): "
            "run `ansim migrate` first"
        )
    if isinstance(error, psycopg.ProgrammingError) and error.sqlstate is None:
        return Trouble(f"ANSIM_DATABASE_URL is no address of a PostgreSQL: {_one_line(error)}")
    if isinstance(error, psycopg.OperationalError):
        return Trouble(
            f"PostgreSQL cannot be used: {_one_line(error)}: "
            "check ANSIM_DATABASE_URL, or unset it to use the embedded server"
        )
    if isinstance(error, redis.ConnectionError):
        return Trouble(
            f"Redis cannot be reached: {_one_line(error)}: "
            "check ANSIM_REDIS_URL, or unset it to use the embedded server"
        )
    return None


def _one_line(error: BaseException) -> str:
    return " ".join(str(error).split())
