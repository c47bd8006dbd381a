"""The application over the real log: one command, one transaction, one answer."""

from __future__ import annotations

from uuid import UUID, uuid4

import psycopg
import pytest

from application.context import Context, Idempotency, Principal, system
from application.errors import Conflict, LogUnavailable, Unknown
from application.policies import called_for
from application.safe_return import AlreadyAnswered, Receipt, SafeReturn
from domain.device import Device
from domain.language import Language
from domain.member import Member
from domain.platform import Platform
from domain.roles import Role
from infrastructure.access_log import PostgresAccessLog
from infrastructure.database import Database
from infrastructure.log.mapper import FactMapper
from infrastructure.log.receipts import LogReceipts
from infrastructure.log.recorder import LogRecorder
from tests import clusters
from tests.infrastructure.log.writing import T0

ASKED = Idempotency(route="POST /v1/members", key="k", body_sha256=b"body")


@pytest.fixture
def app(mapper: FactMapper, recorder: LogRecorder) -> SafeReturn:
    return SafeReturn(mapper=mapper, recorder=recorder, called_for=called_for)


def member(citizen_id: UUID) -> Member:
    return Member.register(
        citizen_id=citizen_id, name="김하늘", phone="+821012345678", language=Language.KO, at=T0
    )


def context(idempotency: Idempotency | None = None) -> Context:
    return system("test", correlation_id=uuid4()).model_copy(update={"idempotency": idempotency})


def test_what_was_saved_is_loaded(app: SafeReturn) -> None:
    kim = uuid4()
    receipt = app.commit([member(kim)], context=context(), receipt=Receipt(aggregate_id=kim))
    assert receipt.position == 1
    assert app.load(Member, kim).name == "김하늘"
    with pytest.raises(Unknown):
        app.load(Device, kim)
    with pytest.raises(Unknown):
        app.load(Member, uuid4())


def test_two_aggregates_are_saved_together(app: SafeReturn) -> None:
    kim, phone = uuid4(), uuid4()
    device = Device.enroll(
        device_id=phone, citizen_id=kim, platform=next(iter(Platform)), secret="s", at=T0
    )
    receipt = Receipt(aggregate_id=kim)
    assert app.commit([member(kim), device], context=context(), receipt=receipt).position == 2
    with pytest.raises(Conflict):
        app.commit([member(uuid4()), member(kim)], context=context(), receipt=receipt)


def test_a_repeated_command_is_answered_as_before(app: SafeReturn, service: Database) -> None:
    kim = uuid4()
    receipts = LogReceipts(service)
    asked = context(ASKED)
    who = asked.principal.id
    assert receipts.find(who, ASKED) is None
    first = app.commit([member(kim)], context=asked, receipt=Receipt(aggregate_id=kim))
    with pytest.raises(AlreadyAnswered) as again:
        app.commit([member(uuid4())], context=asked, receipt=Receipt(aggregate_id=uuid4()))
    assert again.value.stored == receipts.find(who, ASKED)
    assert Receipt.model_validate_json(again.value.stored.receipt).aggregate_id == kim
    assert again.value.stored.position == first.position == 1
    assert again.value.stored.body_sha256 == b"body"
    for other in (ASKED.model_copy(update={"key": "l"}), ASKED.model_copy(update={"route": "x"})):
        assert receipts.find(who, other) is None
    assert receipts.find("somebody else", ASKED) is None


def test_a_log_that_is_away_is_said_to_be(
    mapper: FactMapper, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("infrastructure.database.POOL_WAIT_S", 0.1)
    away = Database("host=127.0.0.1 port=1 dbname=none", application_name="test")
    app = SafeReturn(mapper=mapper, recorder=LogRecorder(away), called_for=called_for)
    kim = uuid4()
    with pytest.raises(LogUnavailable):
        app.commit([member(kim)], context=context(), receipt=Receipt(aggregate_id=kim))
    with pytest.raises(LogUnavailable):
        app.find(Member, kim)
    with pytest.raises(LogUnavailable):
        LogReceipts(away).find("kim", ASKED)
    away.close()


def test_an_access_is_kept(service: Database, database: clusters.Database) -> None:
    kim = uuid4()
    principal = Principal(id="17", role=Role.OPERATOR, district="11740")
    asked = Context(principal=principal, correlation_id=uuid4(), address="10.0.0.7")
    PostgresAccessLog(service).record(asked, subject=kim, what="position", why="report 5")
    with psycopg.connect(database.service_url) as connection:
        rows = connection.execute(
            "SELECT actor, district, address, subject, what, why, correlation_id,"
            " accessed_at > clock_timestamp() - interval '5 s' FROM access_records"
        ).fetchall()
    assert rows == [
        (
            principal.actor,
            "11740",
            "10.0.0.7",
            kim,
            "position",
            "report 5",
            asked.correlation_id,
            True,
        )
    ]
