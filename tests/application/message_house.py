"""Messages with twins at the other end: providers with journals, and rows of deliveries."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from application.attempts import Attempt
from application.delivery_book import Patience
from application.delivery_desk import DeliveryDesk
from application.message_desk import MessageDesk
from application.messaging import numbers_of_members, to_citizen, to_guardians
from application.outbox import Channel, TimerKind
from application.report_texts import (
    ReportTexts,
    numbers_of_reports,
    told_to_report,
    words_of_reports,
)
from application.safe_return import Receipt
from application.text_routes import Fate, ReceiptOfPiece
from application.timers import DueTimer, TimerDesk
from application.ways import TextWay, Way
from domain.guardians import RemovedBy
from domain.language import Language
from domain.member import Member
from domain.message import Message
from domain.message_routing import MessageRoute, MessageState
from domain.policy import Policy
from tests.application.delivery_rows import Rows
from tests.application.delivery_twins import AccessList, everybody
from tests.application.house import CITIZEN, CORRELATION, JIYOUNG, SYSTEM, DeskHouse
from tests.application.message_twins import MemoryPace, MemoryPieces
from tests.application.text_provider import Provider

ABOUT = uuid5(JIYOUNG, "ride")
MOTHER, BROTHER = uuid5(JIYOUNG, "mother"), uuid5(JIYOUNG, "brother")
PHRASE = "refused.member.own_number"


class MessageHouse:
    """A member with two confirmed guardians, and all ways of telling them."""

    def __init__(self, policy: Policy | None = None) -> None:
        self.house = DeskHouse(policy)
        self.access = AccessList()
        self.pieces, self.pace = MemoryPieces(), MemoryPace()
        self.sms = Provider(MessageRoute.SMS, knows_repeats=True)
        self.smpp = Provider(MessageRoute.SMPP, knows_repeats=False)
        self.other = Provider(MessageRoute.OTHER, knows_repeats=False)
        self.order = [self.sms, self.smpp]
        self.further: list[Way] = []
        self.rows = Rows(self.house)
        self.restart()
        self._join()

    @property
    def now(self) -> datetime:
        return self.house.clock.now()

    @property
    def ways(self) -> list[Way]:
        app = self.house.app
        numbers = {**numbers_of_members(app), **numbers_of_reports(app)}
        texts = [
            TextWay(
                one.route,
                _given(one),
                numbers,
                knows_repeats=one.knows_repeats,
                kept_nowhere=lambda: words_of_reports(app),
            )
            for one in self.order
        ]
        return [*self.further, *texts]

    def restart(self) -> None:
        """Another process over the same log and rows."""
        self.house.restart()
        self.desk = MessageDesk(
            self.house.app,
            self.house.clock,
            self.house.log,
            ways=lambda: self.ways,
            pieces=self.pieces,
            pace=self.pace,
            access_log=self.access,
            policies=self.house.policy,
            provisions=lambda message, at: told_to_report(self.house.app, message, at),
        )
        texts = ReportTexts(
            self.house.app, self.house.clock, self.house.log, reports=self.house.desk
        )
        self.deliveries = DeliveryDesk(
            app=self.house.app,
            book=self.rows,
            reports=self.house.desk,
            partners=lambda: everybody(self.sms),
            access_log=self.access,
            chance=lambda: 1.0,
            patience=Patience(),
            carriers={Channel.MESSAGE: self.desk, Channel.TEXT: texts},
        )
        self.timers = TimerDesk(self.house.desk, self.desk.timed())
        self.rows.expire()

    def write(self, occasion: str = "boarded", *, to: str = "mother", phrase: str = PHRASE) -> UUID:
        """One message to one of those who are told."""
        said: dict[str, Any] = {
            "about": ABOUT,
            "occasion": occasion,
            "phrase": phrase,
            "words": {},
            "at": self.now,
        }
        member = self.house.app.load(Member, JIYOUNG)
        if to == "citizen":
            message = to_citizen(member, **said)
        else:
            guardian = {"mother": MOTHER, "brother": BROTHER}[to]
            [message] = [
                one
                for one in to_guardians(member, **said)
                if one.recipient.recipient_id == guardian
            ]
        if self.house.app.find(Message, message.id) is None:
            self.save(message)
        return message.id

    def save(self, *aggregates: Any) -> None:
        receipt = Receipt(aggregate_id=JIYOUNG)
        self.house.app.commit(aggregates, context=CITIZEN, receipt=receipt)

    def turn(self) -> list[Attempt]:
        """Everything that is due is tried once."""
        return [self.deliveries.attempt(one) for one in self.rows.due()]

    def go_on(self, seconds: float = 120) -> None:
        """Time passes, and all that falls due in it is done."""
        until = self.now + timedelta(seconds=seconds)
        for _ in range(500):
            self.turn()
            self.fire()
            moments = [one for one in [*self.rows.waiting(), *self._timers()] if one <= until]
            if not moments:
                break
            self.house.clock.advance(max(0.0, (min(moments) - self.now).total_seconds()))
        self.house.clock.advance(max(0.0, (until - self.now).total_seconds()))

    def fire(self) -> None:
        """Ask what is due to be asked; each timer once."""
        for timer_id, timer in list(self.house.log.timers.items()):
            if timer.kind is TimerKind.MESSAGE_RECEIPT and timer.due_at <= self.now:
                due = DueTimer(
                    timer_id=timer_id,
                    aggregate_id=timer.aggregate_id,
                    kind=timer.kind,
                    name=timer.name,
                    due_at=timer.due_at,
                    correlation_id=CORRELATION,
                    causation_id=None,
                    attempts=1,
                    late_s=0,
                )
                self.timers.fire(due)
                del self.house.log.timers[timer_id]

    def tell(
        self,
        provider: Provider,
        reference: str,
        fate: Fate = Fate.DELIVERED,
        *,
        mark: int | None = None,
    ) -> None:
        """The provider sends a receipt."""
        receipt = ReceiptOfPiece(reference=reference, fate=fate, mark=mark)
        self.desk.told(provider.route, receipt, SYSTEM)

    def message(self, message_id: UUID) -> Message:
        return self.house.app.load(Message, message_id)

    def state(self, message_id: UUID) -> MessageState:
        return self.message(message_id).state

    def topics(self, message_id: UUID) -> list[str]:
        return [topic.removeprefix("message.") for topic in self.house.log.topics(message_id)]

    def remove_mother(self) -> None:
        member = self.house.app.load(Member, JIYOUNG)
        member.remove_guardian(MOTHER, by=RemovedBy.GUARDIAN, at=self.now)
        self.save(member)

    def _timers(self) -> list[datetime]:
        kinds = {TimerKind.MESSAGE_RECEIPT}
        return [one.due_at for one in self.house.log.timers.values() if one.kind in kinds]

    def _join(self) -> None:
        member = Member.register(
            citizen_id=JIYOUNG,
            name="지영",
            phone="+821012345678",
            language=Language.KO,
            at=self.now,
        )
        guardians = (
            (MOTHER, "+821022223333", Language.KO),
            (BROTHER, "+8613800138000", Language.ZH),
        )
        for guardian_id, phone, language in guardians:
            member.name_guardian(
                guardian_id=guardian_id,
                name="가족",
                phone=phone,
                language=language,
                at=self.now,
                policy=Policy(),
            )
            member.confirm_guardian(guardian_id, at=self.now)
        self.save(member)


def _given(provider: Provider) -> Any:
    return lambda: provider
