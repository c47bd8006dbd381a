"""A ride, told fact by fact, and the line that it makes on the board."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from domain.base import Envelope, Fact, SealedPart
from domain.geography import FixQuality, FixSource
from domain.language import Language
from domain.taxi import TaxiTrip, facts
from domain.taxi.vocabulary import PlateSource, TaxiVehicle
from projections.board import BoardRow, ServiceBoard
from tests.memory import GANGDONG
from tests.scenario import T0

CITIZEN = uuid5(NAMESPACE_URL, "/citizens/jiyoung")
KIM = uuid5(NAMESPACE_URL, "/operators/kim")
TRIP = TaxiTrip.create_id(CITIZEN, "ride-1")
REPORT, QUESTION = uuid5(TRIP, "report"), uuid5(TRIP, "question")
FIX = FixQuality(source=FixSource.GNSS, accuracy_m=8.0)
LATER = T0 + timedelta(hours=1)
BOARD = ServiceBoard()


def part(subject: UUID, topic: str) -> SealedPart:
    return SealedPart(
        aggregate_id=TRIP,
        version=1,
        topic=topic,
        schema_version=1,
        subject=subject,
        key_id=subject,
        nonce=b"n" * 12,
        ciphertext=b"c" * 20,
    )


class Ride:
    """Facts, one after the other, and the line that they make."""

    def __init__(self, **boarded: Any) -> None:
        self.row: BoardRow | None = None
        self.facts: list[Fact] = []
        self._version = 0
        self.tell(
            facts.Boarded,
            **{
                "originator_topic": "taxi",
                "citizen_id": CITIZEN,
                "trip_ref": "ride-1",
                "language": Language.KO,
                "plate_source": PlateSource.QR,
                "vehicle": TaxiVehicle.COMPANY,
                "check_id": None,
                "happened_at": T0,
                "skew_s": None,
                "flags": (),
                "district": GANGDONG,
                "cell": "2109_5478",
                "fix": FIX,
                "to_go_m": 2920,
                "due_at": LATER,
                "signal_due_at": LATER,
                "guardian_ids": (KIM,),
            }
            | boarded,
        )

    def tell(self, kind: type[Fact], **fields: Any) -> Ride:
        self._version += 1
        fact = kind(
            originator_id=TRIP,
            originator_version=self._version,
            timestamp=T0 + timedelta(minutes=self._version),
            **fields,
        )
        sealed = (part(CITIZEN, fact.TOPIC),) if fact.PERSONAL else ()
        fact.enveloped(
            Envelope(
                position=self._version,
                event_id=uuid5(TRIP, str(self._version)),
                correlation_id=TRIP,
                causation_id=None,
                actor="system:test",
                recorded_at=fact.timestamp,
                sealed=sealed,
            )
        )
        self.facts.append(fact)
        self.row = BOARD.evolve(self.row, fact)
        return self

    @property
    def told(self) -> tuple[int, str | None]:
        assert self.row is not None
        return self.row.urgency, self.row.attention

    @property
    def line(self) -> BoardRow:
        assert self.row is not None
        return self.row
