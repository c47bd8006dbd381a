"""A ride on the wire, from the phone to the control room and back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from application.context import system
from application.safe_return import Receipt
from domain.language import Language
from domain.member import Member
from domain.policy import Policy
from domain.roles import Role
from infrastructure.partners.breaker import Breaker
from infrastructure.partners.http import PartnerClient
from infrastructure.partners.taxi import HttpTaxiRegistry
from interfaces.partners.app import SimulatedPartners
from tests.clusters import Cluster
from tests.living import GANGDONG, GURO, IN_GANGDONG, Living, living
from tests.serving import Serving
from tests.waiting import until

SECRET = b"a secret of partners"
PLATE = {"payload": "서울 34바 1234", "source": "typed"}
IN_CLEAR = r"바7531|\\ubc147531|ebb09437353331"
"""As text, as escaped JSON, and as bytes."""
POLICY = Policy(taxi_answer_s=0.2, taxi_grace_s=0.0, taxi_ride_s=3600.0)


@pytest.fixture(scope="module")
def service(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Living]:
    """With a registry of taxis on a socket; questions wait for a moment only."""
    folder = tmp_path_factory.mktemp("riding")
    with (
        cluster.database() as database,
        living(database, folder / "home", policy=POLICY) as service,
    ):
        simulated = SimulatedPartners(
            secret=SECRET, ansim_url=service.url, journal=folder / "journal.jsonl"
        )
        with Serving(simulated.app()) as url:
            client = PartnerClient(
                url,
                secret=SECRET,
                clock=service.house.clock,
                timeout_s=2.0,
                breaker=Breaker("taxi"),
            )
            service.house.hasty_registry = HttpTaxiRegistry(client)
            yield service
            client.close()


class Passenger:
    """A citizen with a phone and one confirmed guardian."""

    def __init__(self, service: Living) -> None:
        self._service = service
        registered = service.register()
        self.id = registered.citizen_id
        self.phone = service.client(registered.device_token)
        self.guardian_id = uuid4()
        self.operator = service.as_role(Role.OPERATOR, GANGDONG)
        app, at = service.house.app, service.house.clock.now()
        member = app.load(Member, self.id)
        member.name_guardian(
            guardian_id=self.guardian_id,
            name="엄마",
            phone="+821011112222",
            language=Language.ZH,
            at=at,
            policy=Policy(),
        )
        member.confirm_guardian(self.guardian_id, at=at)
        app.commit(
            [member],
            context=system("test", correlation_id=uuid4()),
            receipt=Receipt(aggregate_id=self.id),
        )

    def board(self, **changes: Any) -> httpx.Response:
        body = {
            "trip_ref": "ride-1",
            "plate": PLATE,
            "position": IN_GANGDONG,
            "place": "강동구청 앞",
            **changes,
        }
        return self.phone.post("/v1/taxi-trips", json=body)

    def boarded(self, **changes: Any) -> UUID:
        answer = self.board(**changes)
        assert answer.status_code == 201, answer.text
        return UUID(answer.json()["aggregate_id"])

    def line(self, trip_id: UUID) -> dict[str, Any] | None:
        """Its line on the board of Gangdong-gu."""
        answer = self.operator.get("/v1/board", params={"kind": "taxi"}).raise_for_status()
        return next((one for one in answer.json() if one["id"] == str(trip_id)), None)

    def attention(self, trip_id: UUID) -> str | None:
        line = self.line(trip_id)
        return line["attention"] if line else "gone"


@pytest.fixture
def passenger(service: Living) -> Passenger:
    return Passenger(service)


def test_a_ride_from_boarding_to_alighting(passenger: Passenger) -> None:
    answer = passenger.board()
    assert answer.status_code == 201, answer.text
    told = answer.json()
    assert (told["vehicle"], told["warning"], told["guardians"]) == ("private", None, 1)
    trip_id = UUID(told["aggregate_id"])
    sent = {"fixes": [IN_GANGDONG, {"latitude_deg": "north"}]}
    taken = passenger.phone.post("/v1/taxi-trips/ride-1/positions", json=sent).json()
    assert taken["taken"] + taken["thinned"] == 1, "near to where she got in, a moment ago"
    assert taken["refused"][0]["why"] == "malformed"
    until(lambda: passenger.line(trip_id))
    line = passenger.line(trip_id)
    assert line is not None
    assert (line["urgency"], line["detail"]["vehicle"]) == (1, "private")
    assert passenger.phone.get("/v1/me/taxi").json()["aggregate_id"] == str(trip_id)
    seen = passenger.operator.get(f"/v1/taxi-trips/{trip_id}").json()
    assert (seen["plate"], len(seen["track"])) == ("서울34바1234", 1)
    out = passenger.phone.post("/v1/taxi-trips/ride-1/alight", json={"place": "집 앞"})
    assert out.json()["stage"] == "alighted"
    told_whom = passenger.phone.get(f"/v1/me/taxi/{trip_id}/messages").json()
    assert [(one["guardian"], one["occasion"]) for one in told_whom] == [
        ("엄마", "boarded"),
        ("엄마", "over"),
    ]
    assert passenger.phone.get("/v1/me/taxi/ride-1/provisions").json() == []
    assert passenger.phone.get("/v1/me/taxi").json() is None
    until(lambda: passenger.line(trip_id) is None)


def test_whoever_is_refused_reads_why_in_her_language(passenger: Passenger) -> None:
    answer = passenger.phone.post(
        "/v1/taxi-trips",
        json={"trip_ref": "ride-1", "plate": {"payload": "택시"}},
        headers={"Accept-Language": "zh-CN,zh;q=0.9"},
    )
    assert answer.status_code == 409
    problem = answer.json()
    assert problem["code"] == "taxi.plate_malformed"
    assert "可先不填车牌开始" in problem["message"]
    assert "택시" not in answer.text.replace("서울 32바 1234", "")
    without = passenger.board(plate=None).json()
    assert without["warning"] == "plate_missing"
    mended = passenger.phone.post("/v1/taxi-trips/ride-1/plate", json=PLATE).json()
    assert (mended["warning"], mended["vehicle"]) == (None, "private")


@pytest.mark.parametrize(
    ("step", "body", "code"),
    [
        ("alight", {}, "taxi.not_boarded"),
        ("positions", {"fixes": []}, "taxi.not_boarded"),
        ("answers", {"answer": "help"}, "taxi.not_boarded"),
        ("extend", {"until": "2026-01-01T00:00:00Z"}, "taxi.not_boarded"),
        ("plate", PLATE, "taxi.not_boarded"),
    ],
)
def test_before_the_boarding_has_come_everything_may_be_tried_again(
    passenger: Passenger, step: str, body: dict[str, Any], code: str
) -> None:
    answer = passenger.phone.post(f"/v1/taxi-trips/ride-9/{step}", json=body)
    assert (answer.status_code, answer.json()["code"]) == (409, code)
    assert answer.json()["message"].endswith("긴급신고를 누르세요.")


def test_two_rides_and_a_clock_that_is_a_day_off_are_refused_by_name(passenger: Passenger) -> None:
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    assert passenger.board(occurred_at=tomorrow).json()["code"] == "taxi.moment_unfit"
    told = passenger.board(occurred_at=tomorrow, sent_at=tomorrow).json()
    assert told["flags"] == ["clock_skewed"]
    assert passenger.board(trip_ref="ride-2").json()["code"] == "session.already_open"


def test_a_malformed_body_is_told_as_such(passenger: Passenger) -> None:
    assert passenger.phone.post("/v1/taxi-trips", json={}).status_code == 422
    assert passenger.phone.post("/v1/taxi-trips", content=b"{").status_code == 422
    assert passenger.board(trip_ref="").status_code == 422


def test_only_a_phone_boards_and_only_its_district_watches(
    service: Living, passenger: Passenger
) -> None:
    assert service.client().post("/v1/taxi-trips", json={"trip_ref": "x"}).status_code == 401
    trip_id = passenger.boarded()
    other = service.as_role(Role.OPERATOR, GURO)
    assert other.get(f"/v1/taxi-trips/{trip_id}").status_code == 403
    assert other.post(f"/v1/taxi-trips/{trip_id}/claim", json={}).status_code == 403
    stranger = Passenger(service)
    answer = stranger.phone.get(f"/v1/me/taxi/{trip_id}")
    assert answer.json()["code"] == "taxi.not_boarded"


def test_who_does_not_answer_comes_to_the_head_of_the_board(passenger: Passenger) -> None:
    trip_id = passenger.boarded()
    ask = passenger.operator.post(f"/v1/taxi-trips/{trip_id}/questions")
    assert ask.status_code == 200, ask.text
    until(lambda: passenger.attention(trip_id) == "no_answer")
    passenger.operator.post(f"/v1/taxi-trips/{trip_id}/claim", json={}).raise_for_status()
    note = {"note": "통화하여 확인함"}
    passenger.operator.post(f"/v1/taxi-trips/{trip_id}/attend", json=note).raise_for_status()
    passenger.operator.post(f"/v1/taxi-trips/{trip_id}/calls").raise_for_status()
    until(lambda: passenger.attention(trip_id) is None)
    answer = {"answer": "riding"}
    passenger.phone.post("/v1/taxi-trips/ride-1/answers", json=answer).raise_for_status()
    longer = {"until": (datetime.now(UTC) + timedelta(hours=1)).isoformat()}
    passenger.phone.post("/v1/taxi-trips/ride-1/extend", json=longer).raise_for_status()
    ended = passenger.operator.post(
        f"/v1/taxi-trips/{trip_id}/end", params={"reason": "arrived_safely"}, json=note
    )
    assert ended.status_code == 200, ended.text
    status = passenger.phone.get(f"/v1/me/taxi/{trip_id}").json()
    assert status["stage"] == "ended"


def test_boardings_are_counted_by_whose_taxi_it_is(service: Living) -> None:
    city = service.as_role(Role.COORDINATOR)

    def counted() -> dict[str, int]:
        return city.get("/v1/statistics/usage").raise_for_status().json()["taxi_boardings"]

    before = counted()
    for payload in ("서울 32바 1234", "서울 34바 1234", "서울 34바 0000"):
        Passenger(service).boarded(plate={"payload": payload, "source": "typed"})
    Passenger(service).boarded(plate=None)
    until(lambda: sum(counted().values()) == sum(before.values()) + 4)
    found = counted()
    more = {kind: number - before.get(kind, 0) for kind, number in found.items()}
    assert {kind: number for kind, number in more.items() if number} == {
        "company": 1,
        "private": 1,
        "unknown": 1,
        "no_plate": 1,
    }
    view = service.house.statistics_view
    head = service.house.reader.head()
    for fold in ("operator_queue", "service_board"):
        service.house.fold_watch.wait(fold, head, 10)
    assert view.usage(head)["taxi_boardings"] == found


def test_a_quiet_word_from_the_taxi_is_a_report_that_names_the_ride(passenger: Passenger) -> None:
    trip_id = passenger.boarded()
    said = passenger.phone.post("/v1/taxi-trips/ride-1/answers", json={"answer": "help"})
    assert said.status_code == 200, said.text
    until(lambda: passenger.attention(trip_id) == "emergency")
    raised = passenger.operator.post(f"/v1/taxi-trips/{trip_id}/emergency", json={})
    report = passenger.operator.get(f"/v1/reports/{raised.json()['aggregate_id']}").json()
    assert report["alert"] == "silent"


def test_her_own_receipt_tells_who_looked_into_her_ride(passenger: Passenger) -> None:
    trip_id = passenger.boarded()
    passenger.operator.get(f"/v1/taxi-trips/{trip_id}").raise_for_status()
    newest = passenger.phone.get("/v1/me/access", params={"limit": 1}).json()["entries"][0]
    assert (newest["what"], newest["what_text"]) == ("ride", "안심택시 이용")
    assert newest["report_id"] == str(trip_id)


def tables_with(service: Living, pattern: str) -> set[str]:
    """Every table of which some row has it, in whatever column."""
    with service.house.database.connection() as connection:
        tables = connection.execute(
            "SELECT quote_ident(table_name) FROM information_schema.tables"
            " WHERE table_schema = 'public' AND table_type = 'BASE TABLE'"
        ).fetchall()
        return {
            table
            for (table,) in tables
            if connection.execute(
                f"SELECT 1 FROM {table} AS one WHERE one::text ~ %s LIMIT 1",  # noqa: S608
                (pattern,),
            ).fetchone()
        }


def test_no_plate_stands_anywhere_in_the_open(service: Living, passenger: Passenger) -> None:
    plate = {"payload": "서울 77바 7531", "source": "typed"}
    trip_id = passenger.boarded(plate=plate, trip_ref="ride-7531")
    passenger.phone.post("/v1/taxi-trips/ride-7531/alight", json={"place": "칠곡77바7531앞"})
    until(lambda: passenger.line(trip_id) is None)
    assert "events" in tables_with(service, "ride-7531")
    assert tables_with(service, IN_CLEAR) == set()
