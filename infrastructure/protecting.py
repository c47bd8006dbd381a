"""The part of the house that watches over people who are stalked."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from application.consoles import Presence
    from application.ports import Secrets
    from application.protection.desk import ProtectionDesk
    from application.protection.reading import ProtectionReading
    from application.safe_return import SafeReturn
    from domain.policy import Policy
    from infrastructure.access_log import PostgresAccessLog
    from infrastructure.clock import DatabaseClock
    from infrastructure.database import Database
    from infrastructure.log.receipts import LogReceipts


class Protecting:
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
        def secrets(self) -> Secrets: ...
        @property
        def policy(self) -> Policy: ...
        @property
        def presence(self) -> Presence: ...

    @cached_property
    def protection_desk(self) -> ProtectionDesk:
        from application.protection.desk import ProtectionDesk

        return ProtectionDesk(
            self.app,
            self.clock,
            self.receipts,
            secrets=self.secrets,
            policy=self.policy,
            presence=self.presence,
        )

    @cached_property
    def protection_reading(self) -> ProtectionReading:
        from application.protection.reading import ProtectionReading
        from infrastructure.views.protections import ProtectionsView

        return ProtectionReading(
            self.app,
            self.clock,
            self.receipts,
            view=ProtectionsView(self.database),
            access_log=self.access_log,
            policy=self.policy,
        )
