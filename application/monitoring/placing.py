"""One attempt's aggregates: each loaded once, decided upon together, saved in one append."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime
from uuid import UUID

from application.consoles import Presence
from application.safe_return import SafeReturn
from domain.base import Aggregate
from domain.geography import DistrictCode
from domain.message import Message, Recipient, RecipientKind
from domain.monitoring import Monitoring
from domain.monitoring.asking import Asked
from domain.monitoring.vocabulary import WatchAssigned, WatchLapse
from domain.policy import Policy
from domain.session_guard import SessionGuard
from domain.watch_roster import WatchRoster


class Round:
    """Sessions, and the rosters of the centres that watch them."""

    def __init__(
        self, app: SafeReturn, presence: Presence, policy: Policy, *, at: datetime
    ) -> None:
        self._app = app
        self._presence = presence
        self._policy = policy
        self._at = at
        self._sessions: dict[UUID, Monitoring] = {}
        self._rosters: dict[DistrictCode, WatchRoster] = {}
        self._guards: list[SessionGuard] = []

    def take(self, session: Monitoring) -> Monitoring:
        """Decide upon a session that is at hand."""
        self._sessions[session.id] = session
        return session

    def session(self, session_id: UUID) -> Monitoring:
        """Raises Unknown: there is no such session."""
        return self._sessions.get(session_id) or self.take(self._app.load(Monitoring, session_id))

    def roster(self, district: DistrictCode) -> WatchRoster:
        if district not in self._rosters:
            found = self._app.find(WatchRoster, WatchRoster.create_id(district))
            self._rosters[district] = found or WatchRoster.begin_for(district, at=self._at)
        return self._rosters[district]

    def find_watcher(self, session: Monitoring) -> None:
        """Give a session that waits to whoever of its centre has room; else it waits there."""
        roster = self.roster(session.district)
        chosen = self._place(roster, session)
        if chosen is not None:
            session.assign(
                operator_id=chosen,
                because=WatchAssigned.FEWEST,
                at=self._at,
                policy=self._policy,
            )

    def replace_watcher(self, session: Monitoring, because: WatchLapse) -> None:
        """Give a session to somebody else; when nobody has room, it says that nobody watches."""
        roster = self.roster(session.district)
        chosen = self._place(roster, session, but=(session.watcher,) if session.watcher else ())
        if chosen is None:
            session.unwatch(because=because, at=self._at, policy=self._policy)
        else:
            given = because is WatchLapse.GIVEN_BACK
            session.assign(
                operator_id=chosen,
                because=WatchAssigned.GIVEN if given else WatchAssigned.WATCHER_LEFT,
                at=self._at,
                policy=self._policy,
            )

    def try_hand_over(self, session: Monitoring) -> None:
        """Let the centre that is to watch next have her, when somebody there has room."""
        if session.wanted_by is not None:
            roster = self.roster(session.wanted_by)
            chosen = self._place(roster, session)
            if chosen is not None:
                self.move(session, roster, chosen)

    def move(self, session: Monitoring, to: WatchRoster, operator_id: UUID) -> None:
        """An operator of another centre has her: the last one has room again."""
        before = self.roster(session.district)
        session.hand_over(
            to_district=to.district, operator_id=operator_id, at=self._at, policy=self._policy
        )
        self.leave(before, session.id)

    def leave(self, roster: WatchRoster, session_id: UUID) -> None:
        """The session is this centre's no more; who waits there the longest comes next."""
        had = session_id in roster.watched
        roster.free(session_id, at=self._at)
        if had:
            self._next(roster)

    def give_room(
        self, district: DistrictCode, session_id: UUID, *, but: Collection[UUID]
    ) -> UUID | None:
        """Whoever of a centre has room watches a session of another kind, which never waits.

        Args:
            district: whose centre.
            session_id: whose way is to be watched.
            but: who gave it away.
        """
        roster = self.roster(district)
        present = self._presence.operators(district, self._at)
        chosen = roster.roomiest(present, policy=self._policy, but=but)
        if chosen is not None:
            roster.give(session_id, chosen, at=self._at, policy=self._policy)
        return chosen

    def close(self, session: Monitoring) -> None:
        """It is over: nobody watches it, and another may begin."""
        guard = self._app.load(SessionGuard, SessionGuard.create_id(session.citizen_id))
        guard.close(session_id=session.id, at=self._at)
        self._guards.append(guard)

    def _place(
        self, roster: WatchRoster, session: Monitoring, *, but: Collection[UUID] = ()
    ) -> UUID | None:
        """Who gave it away is not asked: see ``Monitoring.given_away``."""
        return roster.place(
            session.id,
            present=self._presence.operators(roster.district, self._at),
            at=self._at,
            policy=self._policy,
            but={*session.given_away, *but},
        )

    def _next(self, roster: WatchRoster) -> None:
        """The first in the line whom somebody with room has not given away."""
        present = self._presence.operators(roster.district, self._at)
        for session_id in roster.waiting:
            if roster.roomiest(present, policy=self._policy) is None:
                return
            waits = self.session(session_id)
            if waits.wanted_by == roster.district:
                self.try_hand_over(waits)
            else:
                self.find_watcher(waits)
            if session_id not in roster.waiting:
                return

    @property
    def saved(self) -> list[Aggregate]:
        """Everything that was decided upon, and the questions that leave with it."""
        return [
            *self._sessions.values(),
            *self._rosters.values(),
            *self._guards,
            *self._questions(),
        ]

    def _questions(self) -> Iterator[Message]:
        for session in self._sessions.values():
            for fact in session.pending_events:
                if isinstance(fact, Asked):
                    yield Message.compose(
                        about=session.id,
                        occasion=f"question/{fact.question_id}",
                        citizen_id=session.citizen_id,
                        recipient=Recipient(
                            kind=RecipientKind.CITIZEN,
                            recipient_id=session.citizen_id,
                            language=session.language,
                        ),
                        phrase=f"monitoring.asked.{fact.about}",
                        words={},
                        at=self._at,
                    )
