"""Any life of messages: killed between any two lines, told in any order, by any way or none.

Never sent twice by a provider who cannot tell a repeat, never lost in silence.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any
from uuid import UUID

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from application.errors import Unknown
from application.messaging_calls import sending
from application.text_routes import Fate, mark_of
from domain.message import Message, Withheld
from domain.message_routing import (
    Attempted,
    Delivered,
    Failed,
    FellBack,
    HandedOver,
    MessageRoute,
    MessageState,
)
from projections.sent_messages import SentMessages, SentRow
from tests.application.house import KIM, SYSTEM
from tests.application.message_house import MessageHouse
from tests.application.text_provider import Killed, Provider

MOODS = (
    "take",
    "unavailable",
    "refuse",
    "throttle",
    "killed_before",
    "killed_after",
    "lost_before",
    "lost_after",
)
KNOWING = ("take", "unavailable", "refuse", "throttle", "killed_before", "killed_after")
OCCASIONS = ("boarded", "alighted", "asked")
WAITS_S = (0.4, 3, 11, 31, 601, 5_000)
MESSAGES_MAX = 6


class MortalHouse(MessageHouse):
    """Its process dies at the n-th line that matters: before or after what is kept."""

    def __init__(self) -> None:
        self.lines_left: int | None = None
        super().__init__()
        self.pieces.expect = self._mortal(self.pieces.expect)  # type: ignore[method-assign]
        self.rows.done = self._mortal(self.rows.done)  # type: ignore[method-assign]
        self.rows.claim = self._mortal(self.rows.claim)  # type: ignore[method-assign]

    def restart(self) -> None:
        super().restart()
        app = self.house.app
        app.commit = self._mortal(app.commit)  # type: ignore[method-assign]

    def _mortal(self, do: Callable[..., Any]) -> Callable[..., Any]:
        def done(*given: Any, **named: Any) -> Any:
            self._line()
            result = do(*given, **named)
            self._line()
            return result

        return done

    def _line(self) -> None:
        if self.lines_left is not None:
            self.lines_left -= 1
            if self.lines_left < 0:
                self.lines_left = None
                raise Killed


class MessagesLife(RuleBasedStateMachine):
    """The desk over its log, its rows and two or three providers."""

    def __init__(self) -> None:
        super().__init__()
        self.house = MortalHouse()
        self.written: set[UUID] = set()
        self.sent_anew: Counter[UUID] = Counter()
        self.told: set[UUID] = set()

    @initialize(order=st.permutations(["sms", "smpp", "other"]), ways=st.integers(1, 3))
    def begin(self, order: list[str], ways: int) -> None:
        providers = {"sms": self.house.sms, "smpp": self.house.smpp, "other": self.house.other}
        self.house.order = [providers[name] for name in order[:ways]]

    @precondition(lambda self: len(self.written) < MESSAGES_MAX)
    @rule(occasion=st.sampled_from(OCCASIONS), to=st.sampled_from(["mother", "brother", "citizen"]))
    def write(self, occasion: str, to: str) -> None:
        try:
            self.written.add(self.house.write(occasion, to=to))
        except (Killed, ValueError):  # a mother who was removed is written nothing
            self.house.restart()

    @rule(which=st.integers(0, 2), moods=st.lists(st.sampled_from(MOODS), max_size=4))
    def say_next(self, which: int, moods: list[str]) -> None:
        provider = self.house.order[which % len(self.house.order)]
        provider.next = [one for one in moods if not provider.knows_repeats or one in KNOWING]

    @rule(lines=st.integers(0, 12))
    def let_it_die(self, lines: int) -> None:
        self.house.lines_left = lines

    @rule(which=st.integers(0, 9))
    def work(self, which: int) -> None:
        due = self.house.rows.due()
        if due:
            self._alive(lambda: self.house.deliveries.attempt(due[which % len(due)]))

    @rule()
    def work_all(self) -> None:
        self._alive(self.house.turn)

    @rule(seconds=st.sampled_from(WAITS_S))
    def wait(self, seconds: float) -> None:
        self.house.house.clock.advance(seconds)
        self._alive(self.house.fire)

    @rule(which=st.integers(0, 9), fate=st.sampled_from(Fate), marked=st.booleans())
    def receipt(self, which: int, fate: Fate, marked: bool) -> None:  # noqa: FBT001
        """Of whatever was taken, however long ago and however often."""
        taken = [
            (provider, reference, message_id)
            for provider in self.house.order
            for reference, message_id in provider.references.items()
        ]
        if not taken:
            return
        provider, reference, message_id = taken[which % len(taken)]
        if fate is Fate.DELIVERED:
            self.told.add(message_id)
        mark = mark_of(message_id) if marked else None
        if provider is self.house.sms:  # it names the message itself
            self._alive(lambda: self._told_over_http(message_id, fate))
        else:
            self._alive(lambda: self.house.tell(provider, reference, fate, mark=mark))

    @rule(which=st.integers(0, 9))
    def late_answer(self, which: int) -> None:
        taken = list(self.house.smpp.references.items())
        if taken:
            reference, message_id = taken[which % len(taken)]
            mark = mark_of(message_id)
            self.house.desk.answered_late(MessageRoute.SMPP, reference, mark)

    @rule(which=st.integers(0, 9))
    def send_anew(self, which: int) -> None:
        """A person has a dead letter tried again."""
        dead = self.house.rows.of("dead")
        if dead:
            one = dead[which % len(dead)]
            self.sent_anew[self.house.rows.rows[one].about] += 1
            self._alive(lambda: self.house.deliveries.replay(one, KIM))

    @rule()
    def restart(self) -> None:
        self.house.restart()

    @invariant()
    def who_cannot_tell_a_repeat_is_given_none(self) -> None:
        for provider in (self.house.smpp, self.house.other):
            given = Counter(one.message_id for one in provider.journal)
            for message_id, times in given.items():
                assert times <= 1 + self.sent_anew[message_id]

    @invariant()
    def who_can_tell_a_repeat_sends_each_delivery_once(self) -> None:
        given = Counter(one.delivery_id for one in self.house.sms.journal)
        assert all(times == 1 for times in given.values())

    @invariant()
    def none_is_lost_in_silence(self) -> None:
        self.house.rows.look()
        for message_id in self._kept():
            message = self.house.message(message_id)
            match message.state:
                case MessageState.WAITING:
                    route = message.route if message.left else None
                    row = self.house.rows.rows[sending(message_id, route).delivery_id]
                    assert row.state in {"pending", "leased"}
                case MessageState.SENT:
                    assert self._was_taken(message)
                case MessageState.DELIVERED:
                    assert message_id in self.told
                case MessageState.FAILED | MessageState.WITHHELD:
                    ends = (Failed, Withheld)
                    assert any(isinstance(one, ends) for one in self._facts(message_id))

    @invariant()
    def each_way_is_left_once_and_for_good(self) -> None:
        for message_id in self._kept():
            left: list[MessageRoute] = []
            for fact in self._facts(message_id):
                match fact:
                    case FellBack():
                        assert fact.route not in left
                        assert fact.to not in left
                        left.append(fact.route)
                    case Attempted() | HandedOver():
                        assert fact.route not in left

    @invariant()
    def what_is_shown_is_what_is_so(self) -> None:
        fold = SentMessages()
        for message_id in self._kept():
            row: SentRow | None = None
            for fact in self._facts(message_id):
                row = fold.evolve(row, fact) if fact.TOPIC in fold.topics else row
            message = self.house.message(message_id)
            assert row is not None
            assert (row.state, row.failed_routes) == (message.state, message.left)

    @invariant()
    def it_is_told_once_that_it_is_there(self) -> None:
        for message_id in self._kept():
            there = [one for one in self._facts(message_id) if isinstance(one, Delivered)]
            assert len(there) <= 1

    def teardown(self) -> None:
        """When nothing breaks any more, each comes to an end."""
        self.house.lines_left = None
        self.house.restart()
        for provider in self.house.order:
            provider.next = []
        self.house.go_on(40_000)
        for message_id in self._kept():
            message = self.house.message(message_id)
            waits_for_nobody = message.receipt_by is None or self._asked_in_vain(message_id)
            assert message.settled or (message.state is MessageState.SENT and waits_for_nobody)
        self.who_cannot_tell_a_repeat_is_given_none()
        self.none_is_lost_in_silence()

    def _alive(self, do: Callable[[], object]) -> None:
        """Do it, or die at it and begin anew."""
        try:
            do()
        except Killed:
            self.house.restart()
        except Unknown:
            raise AssertionError("a message that was given away is none") from None

    def _told_over_http(self, message_id: UUID, fate: Fate) -> None:
        if fate is Fate.DELIVERED:
            self.house.desk.delivered(message_id, SYSTEM)
        else:
            self.house.desk.failed(message_id, fate, SYSTEM)

    def _kept(self) -> list[UUID]:
        return [one for one in self.written if self.house.house.log.length(one)]

    def _facts(self, message_id: UUID) -> list[Any]:
        return self.house.house.log.facts(message_id)

    def _was_taken(self, message: Message) -> bool:
        by: Provider = next(one for one in self.house.order if one.route is message.route)
        return any(one.message_id == message.id for one in by.journal)

    def _asked_in_vain(self, message_id: UUID) -> bool:
        return any(
            row.about == message_id and row.state == "dead" for row in self.house.rows.rows.values()
        )


TestMessagesLife = MessagesLife.TestCase
TestMessagesLife.settings = settings(max_examples=100, stateful_step_count=30, deadline=None)
