"""Between two control rooms: offer a report, take it, give it back."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from application.context import Context
from application.emergency.answering import Answering
from application.emergency.commands import AcceptTransfer, OfferTransfer, RefuseTransfer
from application.emergency.following import Following
from application.errors import Forbidden
from application.safe_return import Receipt
from domain.emergency import Emergency
from domain.emergency.transferring import TransferUnfit
from domain.geography import CITY
from domain.roles import Role


class Transferring(Answering, Following):
    """Steps as those of ``Answering``, with its refusals.

    Whoever may act on a report may offer it; its answer is the other centre's, or, for any
    centre and for the city's own, a coordinator's.
    """

    def offer_transfer(self, command: OfferTransfer, context: Context) -> Receipt:
        """Offer it to another centre.

        Raises:
            TransferUnfit: there is no such centre.
        """
        if command.to_district != CITY and command.to_district not in self._districts.codes():
            raise TransferUnfit(command.to_district)
        return self._step(
            command,
            context,
            lambda report, who, at: report.offer_transfer(
                to_district=command.to_district,
                operator_id=who,
                reason=command.reason,
                at=at,
                policy=self._policy,
            ),
        )

    def accept_transfer(self, command: AcceptTransfer, context: Context) -> Receipt:
        return self._step(
            command,
            context,
            lambda report, who, at: report.accept_transfer(
                operator_id=who, at=at, policy=self._policy
            ),
            may=_may_answer,
        )

    def refuse_transfer(self, command: RefuseTransfer, context: Context) -> Receipt:
        return self._step(
            command,
            context,
            lambda report, who, at: report.refuse_transfer(
                operator_id=who, reason=command.reason, at=at, policy=self._policy
            ),
            may=_may_answer,
        )

    def transfer_expired(self, report_id: UUID, due_at: datetime, context: Context) -> Receipt:
        """Let an offer lapse that nobody answered in time."""
        at = self._moment_of(due_at)
        return self._follow(
            report_id,
            context,
            lambda report: report.transfer_expired(due_at=due_at, at=at, policy=self._policy),
            Role.SYSTEM,
        )


def _may_answer(report: Emergency, context: Context) -> None:
    """Of the centre that is asked; when none is, the report itself says so to whoever may act."""
    who = context.principal
    asked = report.districts if report.offer is None else (report.offer.to_district,)
    if who.role is not Role.COORDINATOR and who.district not in asked:
        raise Forbidden(f"{who.role} of {who.district}")
