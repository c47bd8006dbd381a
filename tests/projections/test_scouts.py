"""Which scouts serve where, and nothing of who they are."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import uuid4

from domain import scout
from domain.language import Language
from projections.scouts import ScoutRow, Scouts
from tests.memory import GANGDONG

AT = datetime(2026, 11, 30, tzinfo=UTC)
WHO = uuid4()


def told(kind: type, version: int, **fields: object):
    return kind(originator_id=WHO, originator_version=version, timestamp=AT, **fields)


ENLISTED = told(
    scout.Enlisted,
    1,
    originator_topic="scout",
    scout_id=WHO,
    district=GANGDONG,
    language=Language.KO,
    name="미나",
    phone="+821055550001",
)
LEFT = told(scout.Discharged, 2, discharged_by=uuid4())


def test_a_scout_has_a_row_without_name_or_number_and_leaves() -> None:
    fold = Scouts()
    row = fold.evolve(None, ENLISTED)
    assert row == ScoutRow(scout_id=WHO, district=GANGDONG, has_left=False)
    assert fold.evolve(row, LEFT) == ScoutRow(scout_id=WHO, district=GANGDONG, has_left=True)


def test_nothing_else_makes_or_changes_a_row() -> None:
    fold = Scouts()
    assert fold.evolve(None, LEFT) is None
    row = fold.evolve(None, ENLISTED)
    enrolled = told(scout.PhoneEnrolled, 2, secret_sha256="0" * 64, enrolled_by=uuid4())
    assert fold.evolve(row, enrolled) == row
