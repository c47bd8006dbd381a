"""A citizen sees who was told of her, and when; nobody else's, and no number."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID, uuid4

import pytest

from application.errors import Forbidden
from application.messages_seen import FOLD, MyMessages
from domain.base import Fact
from domain.guardians import RemovedBy
from domain.member import Member
from domain.message import Composed
from domain.message_routing import MessageRoute, MessageState
from projections.sent_messages import SentMessages, SentRow
from tests.application.house import CITIZEN, JIYOUNG, KIM, SUJIN
from tests.application.message_house import ABOUT, BROTHER, MOTHER, MessageHouse


class Folded:
    """The fold over the log in memory, folded anew at each question."""

    def __init__(self, house: MessageHouse) -> None:
        self._house = house
        self.waited: list[tuple[str, int]] = []

    def wait(self, fold: str, position: int, _timeout_s: float) -> None:
        self.waited.append((fold, position))

    def about(self, about: UUID) -> Sequence[SentRow]:
        return [row for row in self._rows() if row.about == about]

    def of(self, citizen_id: UUID, about: UUID | None, limit: int) -> Sequence[SentRow]:
        hers = [row for row in self._rows() if row.citizen_id == citizen_id]
        return [row for row in hers if about in {None, row.about}][:limit]

    def _rows(self) -> list[SentRow]:
        fold, rows = SentMessages(), dict[UUID, SentRow | None]()
        for fact in self._house.house.log.facts():
            if isinstance(fact, Fact) and fact.TOPIC.startswith("message."):
                rows[fact.originator_id] = fold.evolve(rows.get(fact.originator_id), fact)
        return [row for row in rows.values() if row is not None]


@pytest.fixture
def house() -> MessageHouse:
    return MessageHouse()


@pytest.fixture
def folded(house: MessageHouse) -> Folded:
    return Folded(house)


@pytest.fixture
def seen(house: MessageHouse, folded: Folded) -> MyMessages:
    app, clock, log = house.house.app, house.house.clock, house.house.log
    return MyMessages(app, clock, log, view=folded, folds=folded, messages=house.desk)


def test_she_sees_which_guardian_got_it_by_which_way_and_when(house, seen) -> None:
    house.sms.next = ["refuse"]
    hers, his = house.write(), house.write(to="brother")
    house.go_on(5)
    house.tell(house.smpp, "smpp-1")
    told = {one.message_id: one for one in seen.mine(CITIZEN, about=ABOUT)}
    assert (told[hers].recipient_id, told[hers].recipient) == (MOTHER, "가족")
    assert (told[hers].state, told[hers].route) == (MessageState.DELIVERED, MessageRoute.SMPP)
    assert told[hers].failed_routes == (MessageRoute.SMS,)
    assert told[hers].delivered_at == house.now
    assert (told[his].recipient_id, told[his].state) == (BROTHER, MessageState.SENT)
    assert seen.mine(CITIZEN, about=uuid4()) == []
    assert len(seen.mine(CITIZEN)) == 2


def test_a_guardian_who_was_removed_has_no_name_any_more(house, seen) -> None:
    house.write()
    member = house.house.app.load(Member, JIYOUNG)
    member.remove_guardian(MOTHER, by=RemovedBy.GUARDIAN, at=house.now)
    house.save(member)
    assert [one.recipient for one in seen.mine(CITIZEN)] == [None]


def test_nobody_sees_anothers(house, seen) -> None:
    house.write()
    other = CITIZEN.model_copy(
        update={"principal": CITIZEN.principal.model_copy(update={"id": str(SUJIN)})}
    )
    assert seen.mine(other) == []
    with pytest.raises(Forbidden):
        seen.mine(KIM)
    with pytest.raises(Forbidden):
        seen.reached([uuid4()], KIM)


def test_the_app_confirms_what_is_to_her_and_nothing_else(house, seen) -> None:
    mine, mothers = house.write(to="citizen"), house.write()
    house.turn()
    assert seen.reached([mine, mothers, uuid4()], CITIZEN).position is not None
    assert house.state(mine) is MessageState.DELIVERED
    assert house.state(mothers) is MessageState.SENT
    assert seen.reached([mothers], CITIZEN).position is None


def test_one_may_wait_for_what_was_just_done(seen, folded) -> None:
    seen.mine(CITIZEN, after=7)
    assert folded.waited == [(FOLD, 7)]


def test_no_number_and_no_word_is_in_it(house, seen) -> None:
    house.write()
    house.turn()
    [told] = seen.mine(CITIZEN)
    assert "+82" not in told.model_dump_json()
    assert [fact for fact in house.house.log.facts() if isinstance(fact, Composed)]
