"""What deliveries tell of their outcomes."""

from __future__ import annotations

from typing import Protocol
from uuid import UUID

from application.context import Context
from application.safe_return import Receipt
from domain.emergency.providing import Provision
from domain.emergency.vocabulary import PartnerChannel


class ToldReports(Protocol):
    """Where the outcomes of deliveries become facts; each told twice changes nothing more."""

    def police_acknowledged(
        self,
        report_id: UUID,
        request_id: UUID,
        reference: str,
        context: Context,
        *,
        given: Provision | None,
    ) -> Receipt: ...

    def ambulance_acknowledged(
        self,
        report_id: UUID,
        request_id: UUID,
        reference: str,
        context: Context,
        *,
        given: Provision | None,
    ) -> Receipt: ...

    def call_placed(self, report_id: UUID, call_id: str, context: Context) -> Receipt: ...

    def supervisor_paged(
        self, report_id: UUID, page_id: UUID, call_id: str, context: Context
    ) -> Receipt: ...

    def partner_unreachable(
        self,
        report_id: UUID,
        channel: PartnerChannel,
        delivery_id: UUID,
        code: str,
        context: Context,
    ) -> Receipt: ...
