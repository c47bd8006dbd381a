"""Count boardings of taxis by whose taxi it is."""

from __future__ import annotations

from pathlib import Path

from alembic import op

revision = "20261130_taxi_boardings"
down_revision = "20261129_linked_services"
branch_labels = None
depends_on = None

TABLES = Path(__file__).with_name("20261130_taxi_boardings.sql").read_text()
FOLD = """
INSERT INTO read.tracking (fold, version) VALUES ('taxi_boardings', 1);
INSERT INTO read.compared (fold, position, differing) VALUES ('taxi_boardings', 0, 0);
"""
DOWN = """
DROP TABLE read.taxi_boardings, read.taxi_boardings_by_hour;
DELETE FROM read.parked WHERE fold = 'taxi_boardings';
DELETE FROM read.tracking WHERE fold = 'taxi_boardings';
DELETE FROM read.compared WHERE fold = 'taxi_boardings';
"""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '4s'")
    for part in (TABLES, FOLD):
        op.execute(part)


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '4s'")
    op.execute(DOWN)
