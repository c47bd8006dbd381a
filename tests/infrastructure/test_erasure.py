"""A person is forgotten everywhere, and everything else stays."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
import redis

from application.context import Context, Principal
from application.erasure_commands import DeclineErasure, RequestErasure
from application.errors import Forbidden, Unknown
from application.hold_desk import LiftHold, PlaceHold
from application.member_desk import EnrollDevice
from domain.base import Erased
from domain.emergency import Emergency
from domain.erasure import Erasure, ErasureReason, ErasureStage
from domain.erasure.facts import AlreadyErased, Held, NotRequested, SamePerson
from domain.hold import HoldSamePerson, HoldTooLate, HoldUnknown
from domain.hold_kind import HoldKind
from domain.member import Member
from domain.roles import Role
from infrastructure.embedded.postgres import PostgresServer
from infrastructure.forgetting.search import SearchIncomplete
from tests.clusters import Database
from tests.infrastructure.forgotten import COMMAND, LATITUDE, NOTE, PHONE, Forgetful, settings_of
from workers.forgetting import Forgetting


@pytest.fixture
def living(database: Database, redis_url: str, tmp_path: Path) -> Iterator[Forgetful]:
    forgetful = Forgetful(settings_of(tmp_path / "home", database.service_url, redis_url))
    yield forgetful
    forgetful.house.close()


def test_an_erased_citizen_reads_as_erased_and_the_rest_stays(living: Forgetful) -> None:
    member, other = living.member(), living.member("+821000001111", "이남음")
    report, others = living.raises(member), living.raises(other)
    living.ends(report)
    living.ends(others)
    living.folds()
    usage = living.house.statistics_view.usage()
    forgotten = living.forgets(member.citizen_id)
    assert forgotten.clean
    assert forgotten.values > 10
    assert forgotten.keys == 3, "the citizen's, the report's, and its track's"
    person = living.house.app.load(Member, member.citizen_id)
    assert (person.name, person.phone) == (Erased(), Erased())
    with pytest.raises(Unknown):
        living.house.member_desk.enroll_device(EnrollDevice(citizen_id=person.id), COMMAND)
    assert living.house.app.load(Emergency, report.report_id).position == Erased()
    assert living.house.app.load(Member, other.citizen_id).phone == "+821000001111"
    assert living.house.app.load(Emergency, others.report_id).position.latitude_deg == LATITUDE
    living.folds()
    assert living.house.statistics_view.usage() == usage
    assert living.house.verify_log().ok


def test_the_search_covers_data_files_wal_and_logs_of_a_home(own_cluster: PostgresServer) -> None:
    living = Forgetful(settings_of(own_cluster.home.path, None, None))
    with living.house:
        member = living.member()
        living.ends(living.raises(member))
        (own_cluster.home.logs / "planted.log").write_text("nothing to see")
        forgotten = living.forgets(member.citizen_id)
    assert forgotten.clean, forgotten.searched.found
    assert forgotten.searched.files > 100
    assert forgotten.searched.tables > 20


@pytest.mark.parametrize("where", ["table", "file", "queue"])
def test_what_remains_in_clear_is_found_and_named(
    living: Forgetful, database: Database, redis_url: str, where: str
) -> None:
    member = living.member()
    national = PHONE.replace("+82", "0")
    if where == "table":
        with psycopg.connect(database.superuser_url, autocommit=True) as superuser:
            superuser.execute("UPDATE log_head SET recorded_at = recorded_at")
            superuser.execute(
                "INSERT INTO staff_login_failures VALUES (%s, clock_timestamp())", (national,)
            )
    elif where == "file":
        (living.house.home.logs / "old.log").write_text(json.dumps({"phone": PHONE}))
    else:
        with redis.Redis.from_url(redis_url) as client:
            client.hset("a job", "text", f"call {national} now")
    forgotten = living.forgets(member.citizen_id)
    assert not forgotten.clean
    assert len(forgotten.searched.found) == 1
    assert where in forgotten.searched.found[0]
    assert PHONE not in str(forgotten)
    [listed] = living.house.erasure_desk.listed(COMMAND)
    assert listed.stage is ErasureStage.REMAINS
    assert Forgetting(living.house).carry_out() == [], "somebody must look first"
    again = living.house.eraser.carry_out(listed.erasure_id, COMMAND)
    assert again is not None
    assert (again.keys, again.values, again.clean) == (0, 0, True)


def test_nothing_is_destroyed_that_could_not_be_proved(
    living: Forgetful, database: Database
) -> None:
    with psycopg.connect(database.superuser_url, autocommit=True) as superuser:
        superuser.execute("CREATE TABLE secret (text text)")
    member = living.member()
    with pytest.raises(SearchIncomplete, match=r"public\.secret"):
        living.forgets(member.citizen_id)
    assert living.house.app.load(Member, member.citizen_id).phone == PHONE


def test_two_different_people_of_the_right_role_are_needed(living: Forgetful) -> None:
    member = living.member()
    one, other = living.staff(), living.staff()
    request = living.asks(member.citizen_id, one)
    with pytest.raises(SamePerson):
        living.confirms(request.aggregate_id, one)
    for unfit in (living.staff(Role.AUDITOR), uuid4(), None):
        with pytest.raises(Forbidden):
            living.confirms(request.aggregate_id, unfit)
    own = Context(principal=Principal(id=str(other), role=Role.ADMINISTRATOR), correlation_id=one)
    with pytest.raises(Forbidden):
        living.house.erasure_desk.request(
            RequestErasure(
                subject=member.citizen_id, reason=ErasureReason.OTHER, text="", asked_by=one
            ),
            own,
        )
    assert living.confirms(request.aggregate_id, other).stage is ErasureStage.CONFIRMED


def test_nobody_unknown_and_nobody_twice_is_erased(living: Forgetful) -> None:
    with pytest.raises(Unknown):
        living.asks(uuid4(), living.staff())
    stranger = PlaceHold(target=uuid4(), reason="x", placed_by=living.staff())
    with pytest.raises(Unknown):
        living.house.hold_desk.place(stranger, COMMAND)
    lift = LiftHold(target=uuid4(), hold_id=uuid4(), reason="x", lifted_by=living.staff())
    with pytest.raises(HoldUnknown):
        living.house.hold_desk.lift(lift, COMMAND)
    member = living.member()
    asker = living.staff()
    asked = [living.asks(member.citizen_id, asker).aggregate_id for _ in range(2)]
    assert living.topics(asked[0]) == ["erasure.requested"]
    living.forgets(member.citizen_id)
    assert Forgetting(living.house).restore() == 0
    with pytest.raises(AlreadyErased):
        living.asks(member.citizen_id, living.staff())
    assert living.house.eraser.carry_out(Erasure.create_id(member.citizen_id), COMMAND) is None


def test_an_open_case_holds_by_itself_until_it_has_ended(living: Forgetful) -> None:
    member = living.member()
    report = living.raises(member)
    request = living.asks(member.citizen_id, living.staff())
    assert request.holds == (HoldKind.OPEN_CASE,)
    with pytest.raises(Held, match="open_case"):
        living.confirms(request.aggregate_id, living.staff())
    assert living.topics(request.aggregate_id) == ["erasure.requested", "erasure.refused"]
    living.ends(report)
    assert living.confirms(request.aggregate_id, living.staff()).stage is ErasureStage.CONFIRMED


@pytest.mark.parametrize("on", ["citizen", "case"])
def test_a_legal_hold_refuses_by_name_until_it_is_lifted(living: Forgetful, on: str) -> None:
    member = living.member()
    report = living.raises(member)
    living.ends(report)
    target = member.citizen_id if on == "citizen" else report.report_id
    command = PlaceHold(target=target, reason="the court asks for it", placed_by=living.staff())
    hold = living.house.hold_desk.place(command, COMMAND)
    request = living.asks(member.citizen_id, living.staff())
    with pytest.raises(Held, match="legal"):
        living.confirms(request.aggregate_id, living.staff())
    [standing] = living.house.hold_desk.standing(COMMAND)
    assert (standing.target, standing.hold_id) == (target, hold.hold_id)
    lift = LiftHold(target=target, hold_id=hold.hold_id, reason="over", lifted_by=living.staff())
    living.house.hold_desk.lift(lift, COMMAND)
    living.confirms(request.aggregate_id, living.staff())
    with pytest.raises(HoldTooLate):
        living.house.hold_desk.place(command, COMMAND)


def test_a_hold_that_a_command_placed_is_lifted_by_anybody_fitting(living: Forgetful) -> None:
    target, one, other = living.member().citizen_id, living.staff(), living.staff()
    desk = living.house.hold_desk
    own = Context(principal=Principal(id=str(one), role=Role.ADMINISTRATOR), correlation_id=one)
    by_command = PlaceHold(target=target, reason="court", placed_by=one)
    at_a_screen = PlaceHold(target=target, reason="court")
    holds = [desk.place(by_command, COMMAND).hold_id, desk.place(at_a_screen, own).hold_id]
    assert [hold.by_machine for hold in desk.standing(COMMAND)] == [True, False]
    lifts = [LiftHold(target=target, hold_id=hold, reason="over") for hold in holds]
    desk.lift(lifts[0], own)
    with pytest.raises(HoldSamePerson):
        desk.lift(lifts[1], own)
    with pytest.raises(HoldSamePerson):
        desk.lift(lifts[1].model_copy(update={"lifted_by": one}), COMMAND)
    desk.lift(lifts[1].model_copy(update={"lifted_by": other}), COMMAND)
    assert desk.standing(COMMAND) == []


def test_a_declined_request_destroys_nothing_and_its_words_are_sealed(living: Forgetful) -> None:
    member, one = living.member(), living.staff()
    request = living.asks(member.citizen_id, one).aggregate_id
    words = "she says that it was not her"
    command = DeclineErasure(erasure_id=request, reason=words, declined_by=one)
    for _ in range(2):
        receipt = living.house.erasure_desk.decline(command, COMMAND)
        assert receipt.stage is ErasureStage.DECLINED
    assert living.topics(request) == ["erasure.requested", "erasure.declined"]
    query = "select 1 from events where position(%s in sealed) > 0 or strpos(open, %s) > 0"
    assert living.ask(query, words.encode(), words) == []
    assert Forgetting(living.house).carry_out() == []
    assert living.house.app.load(Member, member.citizen_id).phone == PHONE
    assert living.forgets(member.citizen_id).clean
    with pytest.raises(AlreadyErased):
        living.house.erasure_desk.decline(command, COMMAND)


def test_a_member_who_leaves_is_queued_and_nothing_is_destroyed(living: Forgetful) -> None:
    member = living.member()
    citizen = Principal(id=str(member.citizen_id), role=Role.CITIZEN)
    asked = living.house.erasure_desk.leave(Context(principal=citizen, correlation_id=uuid4()))
    assert asked.stage is ErasureStage.ASKED
    with pytest.raises(NotRequested):
        living.confirms(asked.aggregate_id, living.staff())
    assert living.house.app.load(Member, member.citizen_id).phone == PHONE
    [listed] = living.house.erasure_desk.listed(COMMAND)
    assert listed.asked_by is None
    assert living.forgets(member.citizen_id).clean


def test_third_persons_in_a_case_are_forgotten_without_the_citizen(living: Forgetful) -> None:
    member = living.member()
    report = living.raises(member)
    living.ends(report)
    assert living.forgets(report.report_id).clean
    history = living.house.app.history(report.report_id)
    notes = [fact.note for fact in history if hasattr(fact, "note")]
    assert notes == [Erased(), Erased()]
    assert NOTE not in str(history)
    assert living.house.app.load(Emergency, report.report_id).position.latitude_deg == LATITUDE
    assert living.house.app.load(Member, member.citizen_id).phone == PHONE


def test_an_alarm_that_meets_the_erasure_still_rings(living: Forgetful) -> None:
    """Whoever is first: the erasure is refused, or the alarm is nobody's and can be read."""
    member = living.member()
    living.ends(living.raises(member))
    living.raises(member)  # already authenticated, on its way when the erasure is confirmed
    request = living.asks(member.citizen_id, living.staff())
    with pytest.raises(Held):
        living.confirms(request.aggregate_id, living.staff())
    other = living.member("+821000002222", "이남음")
    living.forgets(other.citizen_id)
    late = living.house.app.load(Emergency, living.raises(other).report_id)
    assert late.citizen_id is None
    assert late.position.latitude_deg == LATITUDE


def test_erasure_under_load_refuses_nobodys_alarm(living: Forgetful) -> None:
    leaving, others = living.member(), [living.member() for _ in range(4)]
    raised: list[object] = []
    stop = threading.Event()

    def raise_on_and_on(number: int) -> None:
        while not stop.is_set():
            raised.append(living.raises(others[number]).report_id)

    threads = [threading.Thread(target=raise_on_and_on, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    try:
        request = living.asks(leaving.citizen_id, living.staff()).aggregate_id
        living.confirms(request, living.staff())
        forgotten = living.house.eraser.carry_out(request, COMMAND)
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    assert forgotten is not None
    assert forgotten.keys == 1
    assert len(raised) > 4
    assert all(living.house.app.load(Member, one.citizen_id).name != Erased() for one in others)
    assert living.house.verify_log().ok
