"""Who of a centre watches an escort: whoever watches the fewest, walks of every kind together."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from application.consoles import Presence
from application.monitoring.placing import Round
from application.safe_return import SafeReturn
from domain.base import Aggregate
from domain.escort import Escort
from domain.policy import Policy


class Watchers:
    """One attempt's: what it decides upon is saved with the escort, in one append."""

    def __init__(
        self, app: SafeReturn, presence: Presence, policy: Policy, *, at: datetime
    ) -> None:
        self._round = Round(app, presence, policy, at=at)
        self._policy = policy
        self._at = at

    def find(self, escort: Escort) -> None:
        """Have somebody watch who has room; nobody has: somebody must be called to it.

        Who gave it away is not asked: see ``Escort.given_away``.
        """
        chosen = self._round.give_room(escort.district, escort.id, but=escort.given_away)
        if chosen is not None:
            escort.watch(chosen, takes_over=True, at=self._at)

    def take(self, escort: Escort, operator_id: UUID, *, takes_over: bool) -> None:
        """Watch it oneself; see ``Escort.watch``.

        Raises:
            RosterFull: she watches as many as one may.
        """
        escort.watch(operator_id, takes_over=takes_over, at=self._at)
        roster = self._round.roster(escort.district)
        roster.give(escort.id, operator_id, at=self._at, policy=self._policy)

    def leave(self, escort: Escort, operator_id: UUID, *, given_away: bool) -> None:
        """Somebody else is to watch; where nobody can, it says so, and those who wait come next."""
        if not escort.under_way or escort.watched_by != operator_id:
            return
        escort.leave_watch(operator_id, given_away=given_away, at=self._at, policy=self._policy)
        self.find(escort)
        if escort.watched_by is None:
            self.close(escort)

    def close(self, escort: Escort) -> None:
        """It is watched no more: who watched has room again."""
        self._round.leave(self._round.roster(escort.district), escort.id)

    @property
    def saved(self) -> list[Aggregate]:
        """The centre's roster, and whoever of those who wait is watched now."""
        return self._round.saved
