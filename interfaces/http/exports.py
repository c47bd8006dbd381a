"""A case handed out as evidence that anyone can check."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import Field

from application.export_desk import ExportReport
from domain.base import Value
from domain.language import Language
from interfaces.http.errors import problems
from interfaces.http.identity import Reading, TheHouse
from interfaces.http.sessions import NO_NUL

router = APIRouter(prefix="/v1/reports/{report_id}", tags=["reports"])

MEDIA_TYPE: Final = "application/zip"
BUNDLE: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "description": "The bundle: unpacked, `python -I verify.py` checks it. Its manifest's "
        "SHA-256 and the id of the export are in the case's fact `emergency.exported`.",
        "content": {MEDIA_TYPE: {"schema": {"type": "string", "format": "binary"}}},
        "headers": {
            "X-Export-Id": {"schema": {"type": "string", "format": "uuid"}},
            "X-Signing-Key-Id": {"schema": {"type": "string"}},
        },
    }
}


class Export(Value):
    """A missing reason is refused, and the refusal recorded."""

    reason: str = Field(
        default="", max_length=500, pattern=NO_NUL, examples=["서울동부지방법원 사실조회"]
    )
    recipient: str | None = Field(
        default=None, max_length=200, pattern=NO_NUL, examples=["서울동부지방법원"]
    )
    language: Language = Field(default=Language.KO, description="Of the timeline that people read.")


@router.post(
    "/export",
    summary="Export one case with its proof",
    response_class=Response,
    responses=BUNDLE | problems(401, 403, 404, 409, 422, 503),
)
def export(report_id: UUID, body: Export, house: TheHouse, context: Reading) -> Response:
    """For auditors; each call is an export of its own, an `Idempotency-Key` changes nothing.

    It becomes a fact of the case, and leaves an access record for everybody whose data it holds.
    """
    from interfaces.case_file.bundle import bundle_name, zipped
    from interfaces.case_file.papers import CasePapers

    command = ExportReport(report_id=report_id, reason=body.reason, recipient=body.recipient)
    papers = CasePapers(body.language, house.districts.codes())
    made = house.export_desk.export(command, context, papers)
    name = bundle_name(report_id, made.at)
    return Response(
        zipped(made.files, made.at),
        media_type=MEDIA_TYPE,
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "Cache-Control": "no-store",
            "X-Export-Id": str(made.receipt.export_id),
            "X-Signing-Key-Id": made.receipt.key_id,
        },
    )
