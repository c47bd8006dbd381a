"""How refusals and troubles look on the wire: problem details (RFC 9457).

The only place of HTTP numbers. A problem's ``code`` is stable for ever; its ``detail`` is
for engineers, and screens translate the code.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import ceil
from typing import Any, ClassVar, Final

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse

from application import errors
from application.clips import errors as clips
from application.past import InFuture
from application.phone_desk import Replayed
from application.phrases import refusal
from domain.base import DomainError
from domain.language import Language

log = structlog.get_logger()

MEDIA_TYPE: Final = "application/problem+json"
RETRY_AFTER_S: Final = 1


class BodyTooLarge(errors.ApplicationError):
    code: ClassVar[str] = "body_too_large"


STATUS: Final[dict[type[errors.ApplicationError], int]] = {
    errors.Unauthenticated: 401,
    errors.Forbidden: 403,
    errors.Unknown: 404,
    InFuture: 409,
    errors.Stale: 409,
    errors.Conflict: 409,
    Replayed: 409,
    BodyTooLarge: 413,
    errors.KeyReused: 422,
    errors.TooManyAttempts: 429,
    errors.PartnerError: 502,
    errors.LogUnavailable: 503,
    errors.KeyRingUnavailable: 503,
    errors.CheckpointKeyLost: 503,
    errors.HistoryRewritten: 503,
    errors.FoldBehind: 503,
    clips.ClipEmpty: 422,
    clips.ClipTooLarge: 413,
    clips.ClipDiffers: 409,
    clips.OffsetTaken: 409,
    clips.TooFragmented: 409,
    clips.ClipGone: 410,
    clips.ClipErased: 410,
    clips.ClipHidden: 403,
    clips.ClipLost: 410,
    clips.ClipAltered: 500,
    clips.ClipStoreUnavailable: 503,
}

HTTP_CODES: Final = {
    404: "not_found",
    405: "method_not_allowed",
    408: "too_slow",
    412: "version_unknown",
    413: "body_too_large",
    415: "media_type_unknown",
    416: "range_unfit",
    503: "busy",
}


class Problem(BaseModel):
    """Problem details, RFC 9457."""

    type: str = Field(examples=["urn:ansim:problem:emergency.held_by_another"])
    title: str = Field(examples=["Conflict"])
    status: int = Field(examples=[409])
    code: str = Field(
        description="Stable for ever; screens translate it.",
        examples=["emergency.held_by_another"],
    )
    detail: str | None = Field(default=None, description="For engineers.")
    message: str | None = Field(
        default=None,
        description="For the person at the phone, in the language of `Accept-Language`.",
        examples=["이미 이용 중인 같은 서비스가 있습니다. 먼저 그것을 마쳐 주세요."],
    )
    correlation_id: str | None = None
    errors: list[dict[str, Any]] | None = Field(
        default=None, description="Of a malformed request: where, and what is wrong."
    )


TITLES: Final = {
    400: "Bad request",
    401: "Who are you?",
    403: "Not allowed",
    404: "Not found",
    405: "Method not allowed",
    408: "Too slow",
    409: "Conflict",
    410: "Gone",
    412: "Version unknown",
    413: "Too large",
    415: "Media type unknown",
    416: "No such range",
    422: "Malformed request",
    429: "Too many attempts",
    500: "Defect",
    502: "A partner failed",
    503: "Not available now",
}


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The ``responses`` of a route that may answer with these problems."""
    return {
        status: {
            "description": TITLES[status],
            "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
        for status in statuses
    }


def install(app: FastAPI, absences: tuple[type[Exception], ...]) -> None:
    """Answer every failure of ``app`` as a problem.

    Args:
        app: the application.
        absences: what the adapters raise when a server they need is away.
    """
    kinds = (DomainError, errors.ApplicationError, RequestValidationError, HTTPException, Exception)
    for kind in kinds:
        app.add_exception_handler(kind, _answer)
    for kind in absences:
        app.add_exception_handler(kind, _away)


def answer_to(request: Request, error: Exception) -> JSONResponse:
    """What a caller is told of an error that came past the framework."""
    is_away = isinstance(error, tuple(request.app.state.house.absences))
    return _away(request, error) if is_away else _answer(request, error)


def status_of(error: errors.ApplicationError) -> int:
    return next((STATUS[kind] for kind in type(error).__mro__ if kind in STATUS), 500)


def _answer(request: Request, error: Exception) -> JSONResponse:
    match error:
        case DomainError():
            log.info("command.refused", code=error.code)
            return problem(request, 409, error.code, str(error))
        case errors.ApplicationError():
            return _troubled(request, error)
        case RequestValidationError():
            return problem(request, 422, "malformed", errors=_places(error))
        case HTTPException():
            code = HTTP_CODES.get(error.status_code, "http")
            return problem(request, error.status_code, code, headers=error.headers)
        case _:
            log.error("request.failed", exc_info=error)
            return problem(request, 500, "defect")


def _away(request: Request, error: Exception) -> JSONResponse:
    log.warning("request.troubled", code="database_unavailable", error=type(error).__name__)
    headers = {"Retry-After": str(RETRY_AFTER_S)}
    return problem(request, 503, "database_unavailable", headers=headers)


def _troubled(request: Request, error: errors.ApplicationError) -> JSONResponse:
    status = status_of(error)
    log.warning("request.troubled", code=error.code, status=status)
    headers = {}
    if isinstance(error, errors.TooManyAttempts):
        headers["Retry-After"] = str(max(1, ceil(error.retry_after_s)))
    elif isinstance(error, clips.ClipTooLarge):
        headers["Connection"] = "close"  # what still comes is read by nobody
    elif error.retryable:
        headers["Retry-After"] = str(RETRY_AFTER_S)
    elif isinstance(error, errors.Unauthenticated):
        headers["WWW-Authenticate"] = "Bearer"
    return problem(request, status, error.code, str(error), headers=headers)


def _places(error: RequestValidationError) -> list[dict[str, Any]]:
    """Where a request is malformed; never what it said, which may be personal."""
    return [
        {"at": [str(part) for part in one["loc"]], "what": one["msg"], "kind": one["type"]}
        for one in error.errors()
    ]


def language_of(request: Request) -> Language:
    """The caller's own of the four languages (RFC 9110, 12.5.4); Korean where none is asked for."""
    wanted = sorted(map(_ranked, request.headers.get("accept-language", "").split(",")))
    known = {str(language): language for language in Language}
    return next((known[tag] for _, tag in wanted if tag in known), Language.KO)


def _ranked(asked: str) -> tuple[float, str]:
    tag, _, weight = asked.partition(";")
    try:
        rank = -float(weight.partition("=")[2] or 1)
    except ValueError:
        rank = 0.0
    return rank, tag.strip().lower().partition("-")[0]


def problem(  # noqa: PLR0913
    request: Request,
    status: int,
    code: str,
    detail: str | None = None,
    *,
    errors: list[dict[str, Any]] | None = None,
    headers: Mapping[str, str] | None = None,
) -> JSONResponse:
    body = Problem(
        type=f"urn:ansim:problem:{code}",
        title=TITLES.get(status, "Problem"),
        status=status,
        code=code,
        detail=detail,
        message=refusal(code, language_of(request)),
        correlation_id=str(getattr(request.state, "correlation_id", "")) or None,
        errors=errors,
    )
    return JSONResponse(
        body.model_dump(exclude_none=True),
        status_code=status,
        media_type=MEDIA_TYPE,
        headers=dict(headers or {}),
    )
