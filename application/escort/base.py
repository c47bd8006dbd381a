"""What the parts of the desk for escorts share: an escort is saved with all that hangs on it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

from application.consoles import Presence
from application.context import Context
from application.desk import Desk
from application.emergency.base import CLOCK_TOLERANCE
from application.errors import Forbidden, TooEarly, Unknown
from application.escort.commands import EscortReceipt, EscortShown, receipt_of
from application.escort.telling import Change, messages
from application.escort.watchers import Watchers
from application.policies_in_force import Policies
from application.ports import AccessLog, Districts, Secrets
from application.safe_return import ReceiptT
from application.tracks import Tracks
from domain.base import Aggregate, Erased, Fact
from domain.escort import Escort
from domain.geography import DistrictCode
from domain.language import Language
from domain.message import Message
from domain.night import last_start
from domain.policy import Policy
from domain.roles import Role
from domain.scout import Scout
from domain.scout_roster import ScoutRoster
from domain.session_guard import SessionGuard

Step = Callable[[Escort, datetime], object]


class EscortBase(Desk):
    """Loads escorts for those who may; saves them with guard, roster and messages."""

    def __init__(  # noqa: PLR0913
        self,
        *desk: Any,
        districts: Districts,
        policies: Policies,
        secrets: Secrets,
        tracks: Tracks,
        access_log: AccessLog,
        presence: Presence,
    ) -> None:
        super().__init__(*desk)
        self._districts = districts
        self._policies = policies
        self._secrets = secrets
        self._tracks = tracks
        self._access_log = access_log
        self._presence = presence

    @property
    def _policy(self) -> Policy:
        """The numbers in force now."""
        return self._policies.at(self._clock.now())

    def _change(self, escort_id: UUID, context: Context, step: Step) -> EscortReceipt:
        """Let an escort that the caller may know decide, and save what follows."""

        def attempt() -> EscortReceipt:
            at = self._clock.now()
            escort = self._seen_by(escort_id, context)
            before = frozenset(escort.scouts)
            step(escort, at)
            return self._save(escort, before, receipt_of(escort, at=at), context=context, at=at)

        return self._decide(context, EscortReceipt, attempt)

    def _save(  # noqa: PLR0913
        self,
        escort: Escort,
        scouts_before: frozenset[UUID],
        receipt: ReceiptT,
        *,
        context: Context,
        at: datetime,
        roster: ScoutRoster | None = None,
        watchers: Watchers | None = None,
    ) -> ReceiptT:
        """The escort with its messages; over, its team, its citizen and who watched are free."""
        saved: list[Aggregate] = [escort]
        if escort.pending_events and escort.ended:
            roster = roster or self._roster(escort)
            roster.free(escort.id, at=at)
            guard = self._guard(escort.citizen_id, at=at)
            guard.close(session_id=escort.id, at=at)
            saved.append(guard)
            if escort.watched_by is not None:
                watchers = watchers or self._watchers(at)
                watchers.close(escort)
        saved += [roster] if roster else []
        saved += watchers.saved if watchers else []
        saved += self._messages(escort, scouts_before)
        answer = self._app.commit(saved, context=context, receipt=receipt)
        if escort.ended:
            self._tracks.forget(escort.id)
        return answer

    def _watchers(self, at: datetime) -> Watchers:
        return Watchers(self._app, self._presence, self._policy, at=at)

    def _messages(self, escort: Escort, scouts_before: frozenset[UUID]) -> list[Message]:
        """Those that its new facts call for, to be saved with them."""
        new = [fact for fact in escort.pending_events if isinstance(fact, Fact)]
        return messages(new, Change(escort, scouts_before), self._language_of)

    def _seen_by(self, escort_id: UUID, context: Context) -> Escort:
        """An escort that is the caller's to know of.

        Its citizen always; its scouts that night; its district's centre, the city, the system.

        Raises:
            Unknown: there is none, or it is none of a citizen's or scout's.
            Forbidden: it is another centre's.
        """
        escort = self._app.load(Escort, escort_id)
        self._must_know(escort, context)
        return escort

    def _must_know(self, escort: Escort, context: Context) -> None:
        """Raises as ``_seen_by`` does."""
        who = context.principal
        match who.role:
            case Role.CITIZEN:
                known = who.id == str(escort.citizen_id)
            case Role.SCOUT:
                known = UUID(who.id) in escort.scouts and self._is_tonights(escort)
            case Role.OPERATOR | Role.SUPERVISOR:
                if who.district != escort.district:
                    raise Forbidden(f"{who.role} of {who.district}")
                known = True
            case Role.COORDINATOR | Role.SYSTEM:
                known = True
            case _:
                raise Forbidden(who.role)
        if not known:
            raise Unknown(str(escort.id))

    def _is_tonights(self, escort: Escort) -> bool:
        """Whether its night is not over, or it is still under way."""
        policy = self._policy
        ends = last_start(escort.night, policy) + timedelta(seconds=policy.escort_seen_after_s)
        return escort.under_way or self._clock.now() <= ends

    def _roster(self, escort: Escort) -> ScoutRoster:
        return self._app.load(ScoutRoster, ScoutRoster.create_id(escort.district, escort.night))

    def _roster_of(self, district: DistrictCode, night: date) -> ScoutRoster | None:
        """None where the district has never looked at that night."""
        return self._app.find(ScoutRoster, ScoutRoster.create_id(district, night))

    def _moment_of(self, due_at: datetime) -> datetime:
        """Now, or ``due_at`` when our clock lags behind the timers' by a hair.

        Raises:
            TooEarly: the moment has not come.
        """
        now = self._clock.now()
        if now < due_at - CLOCK_TOLERANCE:
            raise TooEarly(due_at.isoformat())
        return max(now, due_at)

    def _guard(self, citizen_id: UUID, *, at: datetime) -> SessionGuard:
        found = self._app.find(SessionGuard, SessionGuard.create_id(citizen_id))
        return found or SessionGuard.begin_for(citizen_id, at=at)

    def _language_of(self, scout_id: UUID) -> Language:
        scout = self._app.find(Scout, scout_id)
        return Language.KO if scout is None else scout.language

    def _new_code(self) -> str:
        """Of as many digits as the policy says, each as likely as any other."""
        digits = self._policy.escort_code_digits
        drawn = int.from_bytes(sha256(self._secrets.new_secret().encode()).digest())
        return str(drawn % 10**digits).zfill(digits)

    def _shown(self, escort: Escort, context: Context) -> EscortShown:
        """What the caller sees of it; that others than its citizen looked is kept first."""
        who = context.principal
        own = who.role is Role.CITIZEN
        staff = who.role not in {Role.CITIZEN, Role.SCOUT}
        if not own:
            self._access_log.record(
                context,
                subject=escort.citizen_id,
                what="escort.places",
                why="escort",
                about=escort.id,
            )
        return EscortShown(
            escort_id=escort.id,
            district=escort.district,
            stage=escort.stage,
            starts_at=escort.starts_at,
            meet_from=escort.meet_from,
            team_id=escort.team_id,
            scouts_late=escort.late,
            no_show=escort.no_show,
            waiting=tuple(sorted(escort.waiting)),
            watched=escort.watched_by is not None,
            watched_by=escort.watched_by if staff else None,
            due_at=escort.due_at,
            confirm_by=escort.confirm_by,
            troubles=tuple(escort.troubles),
            apart=escort.parted_at is not None,
            reports=escort.reports if staff else (),
            meeting=_known(escort.meeting),
            meeting_note=_known(escort.meeting_note),
            destination=_known(escort.destination),
            code=_known(escort.code) if own and not escort.under_way else None,
            server_time=self._clock.now(),
        )


def _known(value: Any) -> Any:
    """None for what is erased."""
    return None if isinstance(value, Erased) else value
