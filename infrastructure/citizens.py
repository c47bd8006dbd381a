"""The part of the house that citizens' phones speak to beside the alarm: keys and drill mode."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from application.drill_mode_desk import DrillModeDesk
    from application.phone_desk import PhoneDesk
    from application.policies_in_force import PoliciesInForce
    from application.safe_return import SafeReturn
    from domain.policy import Policy
    from infrastructure.clock import DatabaseClock
    from infrastructure.database import Database
    from infrastructure.log.receipts import LogReceipts


class Citizens:
    """Members of ``House``; it gives the rest."""

    if TYPE_CHECKING:

        @property
        def database(self) -> Database: ...
        @property
        def clock(self) -> DatabaseClock: ...
        @property
        def receipts(self) -> LogReceipts: ...
        @property
        def app(self) -> SafeReturn: ...
        @property
        def policy(self) -> Policy: ...
        @property
        def policies(self) -> PoliciesInForce: ...

    @cached_property
    def phone_desk(self) -> PhoneDesk:
        from application.phone_desk import PhoneDesk
        from infrastructure.nonces import PostgresNonces

        return PhoneDesk(
            self.app,
            self.clock,
            self.receipts,
            nonces=PostgresNonces(self.database),
            policy=self.policy,
        )

    @cached_property
    def drill_mode_desk(self) -> DrillModeDesk:
        from application.drill_mode_desk import DrillModeDesk

        return DrillModeDesk(self.app, self.clock, self.receipts, policies=self.policies)
