"""Keep the emergency bells as a fold has them, and the newest word of each beside the log.

A bell's heartbeat is no fact: one row a bell is overwritten by the next. Going back drops both; the
fold is made anew from the log.
"""

from __future__ import annotations

from alembic import op

revision = "20261129_bells"
down_revision = "20261129_inspection"
branch_labels = None
depends_on = None

UP = """
CREATE TABLE read.bells (
    bell_id uuid PRIMARY KEY,
    bell_no text NOT NULL,
    district text NOT NULL,
    cell text,
    latitude_deg double precision NOT NULL,
    longitude_deg double precision NOT NULL,
    address text NOT NULL,
    line text,
    since timestamptz NOT NULL,
    retired boolean NOT NULL,
    silent_since timestamptz,
    stuck_since timestamptz,
    stuck_report_id uuid,
    repaired_at timestamptz,
    last_position bigint NOT NULL
);
INSERT INTO read.tracking (fold, version) VALUES ('bells', 1);
INSERT INTO read.compared (fold, position, differing) VALUES ('bells', 0, 0);

CREATE TABLE bell_signs (
    bell_id uuid PRIMARY KEY,
    bell_no text NOT NULL,
    heard_at timestamptz NOT NULL,
    battery_pct int
) WITH (fillfactor = 50);
COMMENT ON TABLE bell_signs IS 'the newest heartbeat of each bell, registered or not: no fact';
GRANT SELECT, INSERT, UPDATE, DELETE ON bell_signs TO ansim_service;
"""
DOWN = """
DROP TABLE bell_signs, read.bells;
DELETE FROM read.parked WHERE fold = 'bells';
DELETE FROM read.tracking WHERE fold = 'bells';
DELETE FROM read.compared WHERE fold = 'bells';
"""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '4s'")
    op.execute("DROP TABLE IF EXISTS shadow.bells")
    op.execute(UP)


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '4s'")
    op.execute("DROP TABLE IF EXISTS shadow.bells")
    op.execute(DOWN)
