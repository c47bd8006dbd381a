"""Keep the board of all services, and where their sessions go.

The board's rows are folded from the log. Positions lie beside it, sealed, for as long as a session
is open: like the live map of the reports, but of sessions of any kind.
"""

from __future__ import annotations

from pathlib import Path

from alembic import op

revision = "20261129_service_board"
down_revision = "20261129_page_lines"
branch_labels = None
depends_on = None

TABLES = Path(__file__).with_name("20261129_service_board.sql").read_text()
FOLD = """
INSERT INTO read.tracking (fold, version) VALUES ('service_board', 1);
INSERT INTO read.compared (fold, position, differing) VALUES ('service_board', 0, 0);
"""
TRACKS = """
CREATE UNLOGGED TABLE session_positions (
    session_id uuid NOT NULL,
    walker_id uuid NOT NULL,
    slot bigint NOT NULL,
    taken_at timestamptz NOT NULL,
    received_at timestamptz NOT NULL,
    said_at timestamptz,
    usable boolean NOT NULL,
    source text NOT NULL,
    accuracy_m double precision,
    age_s double precision,
    battery_pct smallint,
    district text NOT NULL,
    cell text,
    depth_m double precision NOT NULL,
    outside boolean NOT NULL,
    sealed bytea NOT NULL,
    PRIMARY KEY (session_id, walker_id, slot)
);
CREATE INDEX session_positions_received ON session_positions (received_at);
COMMENT ON TABLE session_positions IS
    'where the sessions of the services go, sealed; purged when they close';
GRANT SELECT, INSERT, UPDATE, DELETE ON session_positions TO ansim_service;
"""
DOWN = """
DROP TABLE read.service_board, read.service_board_history, read.services_by_hour;
DELETE FROM read.parked WHERE fold = 'service_board';
DELETE FROM read.tracking WHERE fold = 'service_board';
DELETE FROM read.compared WHERE fold = 'service_board';
DROP TABLE session_positions;
"""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '4s'")
    for part in (TABLES, FOLD, TRACKS):
        op.execute(part)


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '4s'")
    op.execute(DOWN)
