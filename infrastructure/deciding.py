"""The part of the house that says what is in force, and who is there."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from application.consoles import Presence
    from application.emergency import EmergencyDesk
    from application.policies_in_force import PoliciesInForce
    from application.policy_desk import PolicyDesk
    from application.safe_return import SafeReturn
    from application.shift_desk import ShiftDesk
    from domain.policy import Policy
    from infrastructure.clock import DatabaseClock
    from infrastructure.consoles import PostgresConsoles
    from infrastructure.database import Database
    from infrastructure.log.receipts import LogReceipts
    from infrastructure.views.queue import QueueView


class Deciding:
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
        def queue_view(self) -> QueueView: ...
        @property
        def emergency_desk(self) -> EmergencyDesk: ...

    @cached_property
    def policy(self) -> Policy:
        """The city's numbers; assign others before the first desk is used."""
        from domain.policy import Policy

        return Policy()

    @cached_property
    def policies(self) -> PoliciesInForce:
        """``policy``, and what the city has changed of it since."""
        from time import monotonic

        from application.policies_in_force import PoliciesInForce

        return PoliciesInForce(self.app, self.policy, monotonic)

    @cached_property
    def presence(self) -> Presence:
        """Who is at the consoles; assign another before the first desk is used."""
        from application.consoles import PresentAtConsoles

        return PresentAtConsoles(self.consoles, self.policies)

    @cached_property
    def consoles(self) -> PostgresConsoles:
        from infrastructure.consoles import PostgresConsoles

        return PostgresConsoles(self.database)

    @cached_property
    def policy_desk(self) -> PolicyDesk:
        from application.policy_desk import PolicyDesk

        return PolicyDesk(self.app, self.clock, self.receipts, base=self.policy)

    @cached_property
    def shift_desk(self) -> ShiftDesk:
        from application.shift_desk import ShiftDesk
        from application.shifts import Around
        from infrastructure.views.centres import CentresView

        return ShiftDesk(
            self.app,
            self.clock,
            self.receipts,
            around=Around(
                consoles=self.consoles,
                presence=self.presence,
                centres=CentresView(self.database),
                queue=self.queue_view,
                reports=self.emergency_desk,
            ),
            policy=self.policies,
        )
