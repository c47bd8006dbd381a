"""The part of the house that checks places for hidden cameras, and lends detectors."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from application.inspection.applying import FormDesk
    from application.inspection.checking import InspectionDesk
    from application.inspection.lending import DetectorDesk
    from application.inspection.notices import NoticeCarrier
    from application.inspection.reading import FormsDesk
    from application.ports import Secrets
    from application.safe_return import SafeReturn
    from domain.policy import Policy
    from infrastructure.access_log import PostgresAccessLog
    from infrastructure.clock import DatabaseClock
    from infrastructure.database import Database
    from infrastructure.districts import KrgcDistricts
    from infrastructure.engine.watch import FoldWatch
    from infrastructure.log.receipts import LogReceipts
    from infrastructure.partners.connections import PartnerConnections


class Inspecting:
    """Members of ``House``; it gives the rest."""

    if TYPE_CHECKING:

        @property
        def database(self) -> Database: ...
        @property
        def clock(self) -> DatabaseClock: ...
        @property
        def receipts(self) -> LogReceipts: ...
        @property
        def access_log(self) -> PostgresAccessLog: ...
        @property
        def app(self) -> SafeReturn: ...
        @property
        def districts(self) -> KrgcDistricts: ...
        @property
        def secrets(self) -> Secrets: ...
        @property
        def policy(self) -> Policy: ...
        @property
        def fold_watch(self) -> FoldWatch: ...
        @property
        def partners(self) -> PartnerConnections: ...

    @cached_property
    def form_desk(self) -> FormDesk:
        from application.inspection.applying import FormDesk
        from infrastructure.form_tries import PostgresTries

        return FormDesk(
            self.app,
            self.clock,
            self.receipts,
            districts=self.districts,
            secrets=self.secrets,
            tries=PostgresTries(self.database),
            policy=self.policy,
        )

    @cached_property
    def inspection_desk(self) -> InspectionDesk:
        from application.inspection.checking import InspectionDesk

        return InspectionDesk(
            self.app, self.clock, self.receipts, secrets=self.secrets, policy=self.policy
        )

    @cached_property
    def detector_desk(self) -> DetectorDesk:
        from application.inspection.lending import DetectorDesk

        return DetectorDesk(self.app, self.clock, self.receipts, policy=self.policy)

    @cached_property
    def forms_desk(self) -> FormsDesk:
        from application.inspection.reading import FormsDesk
        from infrastructure.views.inspections import InspectionsView

        return FormsDesk(
            self.app,
            view=InspectionsView(self.database),
            folds=self.fold_watch,
            access_log=self.access_log,
        )

    @cached_property
    def notice_carrier(self) -> NoticeCarrier:
        from application.inspection.notices import NoticeCarrier

        return NoticeCarrier(
            self.app,
            desk=self.inspection_desk,
            partner=lambda: self.partners.notices,
            access_log=self.access_log,
        )
