"""Brings the police the notice of a camera that was found."""

from __future__ import annotations

from collections.abc import Callable

from application.access import AccessKind, Task
from application.context import Context
from application.delivery_book import ClaimedDelivery
from application.inspection.checking import InspectionDesk
from application.inspection.ports import CameraNotice, NoticePartner
from application.messages import NothingToSend
from application.ports import AccessLog
from application.safe_return import SafeReturn
from domain.inspection import Inspection


class NoticeCarrier:
    """See ``application.carriers``.

    Where the camera is, the police learn from the applicant's own words: that leaves a record.
    """

    def __init__(
        self,
        app: SafeReturn,
        *,
        desk: InspectionDesk,
        partner: Callable[[], NoticePartner],
        access_log: AccessLog,
    ) -> None:
        self._app = app
        self._desk = desk
        self._partner = partner
        self._access_log = access_log

    def hand_over(self, claimed: ClaimedDelivery, context: Context) -> str:
        inspection = self._app.load(Inspection, claimed.about)
        if inspection.notice_id is None or inspection.found_at is None:
            raise NothingToSend(f"no notice {claimed.request_id}")
        if inspection.police_reference is not None:
            return inspection.police_reference
        place = inspection.place if isinstance(inspection.place, str) else None
        if place is not None:
            self._access_log.record(
                context,
                subject=inspection.applicant_id,
                what="inspection.place",
                why=f"delivery:{claimed.channel}",
                kind=AccessKind.PROVISION,
                about=inspection.id,
                task=Task.RESPONSE,
                recipient="police",
            )
        reference = self._partner().tell(
            CameraNotice(
                delivery_id=claimed.delivery_id,
                correlation_id=context.correlation_id,
                notice_id=inspection.notice_id,
                inspection_id=inspection.id,
                reference=inspection.reference,
                found_at=inspection.found_at,
                district=inspection.district,
                building=inspection.building,
                place=place,
            )
        )
        self._desk.police_told(inspection.id, inspection.notice_id, reference, context)
        return reference

    def gave_up(self, claimed: ClaimedDelivery, code: str, context: Context) -> None:
        if claimed.request_id is not None:
            self._desk.police_not_reached(claimed.about, claimed.request_id, code, context)
