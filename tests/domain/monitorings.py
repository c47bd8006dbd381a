"""Sessions of return monitoring at every stage, as facts that are given."""

from __future__ import annotations

from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from domain.call_end import CallEnd
from domain.geography import Position
from domain.language import Language
from domain.monitoring import Monitoring, Wish, facts
from domain.monitoring.asking import Answered, Asked, Unanswered
from domain.monitoring.calling import CallEnded, CallPlaced, CallRequested
from domain.monitoring.handing_over import HandedOver, HandOverWanted
from domain.monitoring.lighting import LightsAsked
from domain.monitoring.vocabulary import (
    CheckInAnswer,
    MonitoringArrival,
    WatchAssigned,
    WatchHandOver,
    WatchLapse,
    WatchRise,
)
from domain.monitoring.watchers import rises
from domain.watching import Route, RouteKind, Trouble
from tests.domain.reports import JIYOUNG, KIM, LEE, POLICY, after
from tests.domain.walks import fix, north
from tests.memory import GANGDONG, SONGPA
from tests.scenario import T0, Scenario

WISH_ID = "w-1"
SESSION = Monitoring.create_id(JIYOUNG, WISH_ID)
HOME = north(1000)
ROUTE = Route(kind=RouteKind.STRAIGHT, points=(north(0), HOME), half_width_m=250)
REPORT = uuid5(NAMESPACE_URL, "/reports/hers")
PARK = uuid5(NAMESPACE_URL, "/operators/park")

Session = Scenario[Monitoring]


def question(number: int = 1) -> UUID:
    return uuid5(SESSION, f"question/{number}")


def lights(number: int = 1) -> UUID:
    return uuid5(SESSION, f"lights/{number}")


def wish(**changes: Any) -> Wish:
    fields: dict[str, Any] = {
        "citizen_id": JIYOUNG,
        "request_id": WISH_ID,
        "language": Language.KO,
        "origin": north(0),
        "destination": HOME,
        "expected_at": after(1200),
        "route": ROUTE,
        "district": GANGDONG,
        "cell": "2109_5478",
    }
    return Wish(**(fields | changes))


def requested(**changes: Any) -> Session:
    """Wished at T0, expected after twenty minutes; nobody watches yet."""
    fields: dict[str, Any] = {
        "originator_topic": "monitoring",
        "timestamp": T0,
        "overdue_at": after(1500),
        "route_kind": RouteKind.STRAIGHT,
        "escalations": rises(WatchRise.WAITING, T0, POLICY),
    } | wish().model_dump(exclude={"route"})
    return Session(SESSION).given(facts.Requested, **(fields | {"route": ROUTE} | changes))


def assigned(
    session: Session | None = None, seconds: float = 2, operator_id: UUID = KIM, **changes: Any
) -> Session:
    fields: dict[str, Any] = {
        "timestamp": after(seconds),
        "operator_id": operator_id,
        "district": GANGDONG,
        "because": WatchAssigned.FEWEST,
        "from_operator_id": None,
    }
    return (session or requested()).given(facts.Assigned, **(fields | changes))


def started(session: Session | None = None, seconds: float = 2) -> Session:
    """Kim watches two seconds after the wish; the way begins, and its lights are brighter."""
    return (
        assigned(session, seconds)
        .given(
            facts.Started,
            timestamp=after(seconds),
            district=GANGDONG,
            operator_id=KIM,
            waited_s=seconds,
            look_at=after(seconds + 120),
        )
        .given(
            LightsAsked,
            timestamp=after(seconds),
            request_id=lights(),
            district=GANGDONG,
            from_m=0,
            for_m=200,
            until=after(seconds + 600),
            stretch=(north(0), north(200)),
        )
    )


def seen(session: Session, seconds: float, **more: Any) -> Session:
    one = fix(seconds, **more)
    return session.given(
        facts.PositionSeen,
        timestamp=one.received_at,
        district=one.district,
        cell=one.cell,
        outside=one.outside,
        fix=one.quality,
        battery_pct=one.battery_pct,
        position=one.position,
    )


def troubled(
    session: Session | None = None, trouble: Trouble = Trouble.STANDSTILL, seconds: float = 200
) -> Session:
    """Something is amiss since a minute."""
    return (session or started()).given(
        facts.TroubleNoticed,
        timestamp=after(seconds),
        trouble=trouble,
        since=after(seconds - 60),
        metres=None,
    )


def asked(session: Session | None = None, seconds: float = 200, number: int = 1) -> Session:
    return (session or troubled()).given(
        Asked,
        timestamp=after(seconds),
        question_id=question(number),
        about=Trouble.STANDSTILL,
        answer_by=after(seconds + 30),
    )


def answered(session: Session | None = None, seconds: float = 210) -> Session:
    return (session or asked()).given(
        Answered,
        timestamp=after(seconds),
        question_id=question(),
        answer=CheckInAnswer.ALL_RIGHT,
        ask_again_at=after(seconds + 600),
    )


def unanswered(session: Session | None = None, seconds: float = 230) -> Session:
    return (session or asked()).given(
        Unanswered,
        timestamp=after(seconds),
        question_id=question(),
        escalations=rises(WatchRise.UNANSWERED, after(seconds), POLICY),
    )


def called(session: Session | None = None, seconds: float = 240) -> Session:
    return (
        (session or unanswered())
        .given(CallRequested, timestamp=after(seconds), attempt=1, operator_id=KIM)
        .given(CallPlaced, timestamp=after(seconds + 1), call_id="c-1")
    )


def hung_up(session: Session | None = None, seconds: float = 270) -> Session:
    return (session or called()).given(
        CallEnded,
        timestamp=after(seconds),
        call_id="c-1",
        end=CallEnd.HUNG_UP,
        talked_s=20,
        escalations=rises(WatchRise.CALLED, after(seconds), POLICY),
    )


def unwatched(session: Session | None = None, seconds: float = 300) -> Session:
    return (session or started()).given(
        facts.Unwatched,
        timestamp=after(seconds),
        operator_id=KIM,
        because=WatchLapse.WATCHER_LEFT,
        escalations=rises(WatchRise.WAITING, after(seconds), POLICY),
    )


def wanted(session: Session | None = None, seconds: float = 400, **changes: Any) -> Session:
    """She is in Songpa; its centre is to watch."""
    fields: dict[str, Any] = {
        "timestamp": after(seconds),
        "from_district": GANGDONG,
        "to_district": SONGPA,
        "because": WatchHandOver.MOVED,
        "since": after(seconds - 31),
        "operator_id": None,
        "citizen_id": JIYOUNG,
        "escalations": rises(WatchRise.HAND_OVER, after(seconds), POLICY),
        "note": None,
    }
    return (session or started()).given(HandOverWanted, **(fields | changes))


def handed_over(session: Session | None = None, seconds: float = 410) -> Session:
    return (session or wanted()).given(
        HandedOver,
        timestamp=after(seconds),
        from_district=GANGDONG,
        to_district=SONGPA,
        operator_id=PARK,
        from_operator_id=KIM,
    )


def in_danger(session: Session | None = None, seconds: float = 250) -> Session:
    return (session or started()).given(
        facts.EmergencyRaised, timestamp=after(seconds), report_id=REPORT
    )


def arrived(session: Session | None = None, seconds: float = 900) -> Session:
    return (session or started()).given(
        facts.Arrived, timestamp=after(seconds), by=MonitoringArrival.WORD, watched_s=898
    )


def at_home(seconds: float) -> Position:
    """Where she is when she is there, whatever the second."""
    return north(1000 + seconds % 3)


__all__ = ["GANGDONG", "JIYOUNG", "KIM", "LEE", "POLICY", "SONGPA", "T0", "after", "fix", "north"]
