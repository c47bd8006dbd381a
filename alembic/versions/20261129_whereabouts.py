"""Keep positions of open cases beside the log, members' cards, and what is known of both.

The queue and the reports' detail get columns. Their rows stay: of what came before this day, only
when and whether in the city the known position was taken has to be told, and the log says it.
The positions are sealed under their tracks' keys, and worth no flush: after a crash of the server
the phones send them again. Going back drops both and lets the two folds begin anew.
"""

from __future__ import annotations

from pathlib import Path

from alembic import op

revision = "20261129_whereabouts"
down_revision = "20261129_keys_with_facts"
branch_labels = None
depends_on = None

CARDS = Path(__file__).with_name("20261129_whereabouts.sql").read_text()

CLEAR = "DROP TABLE IF EXISTS " + ", ".join(
    f"shadow.{name}{part}"
    for name in ("operator_queue", "report_detail", "reporter_cards")
    for part in ("", "_history")
)

BOTH = {
    "located_at": "timestamptz",
    "outside": "boolean NOT NULL DEFAULT false",
    "battery_pct": "bigint",
    "signal_lost_at": "timestamptz",
    "classification": "text",
    "urgency": "text NOT NULL DEFAULT 'usual'",
    "offer": "text",
    "returned_by": "text NOT NULL DEFAULT '[]'",
}
DETAIL = {"incident": "text", "third_persons": "text NOT NULL DEFAULT '[]'"}
RESHAPED = {
    "operator_queue": ("valid_from", BOTH),
    "operator_queue_history": ("upper(valid) - 1", BOTH),
    "report_detail": ("valid_from", BOTH | DETAIL),
    "report_detail_history": ("upper(valid) - 1", BOTH | DETAIL),
}

# What the newest trigger that said where had said by then.
LOCATED = """
UPDATE read.{table} AS r SET
    located_at = e.received_at
        - make_interval(secs => greatest(0, coalesce((e.said -> 'fix' ->> 'age_s')::float8, 0))),
    outside = e.said -> 'flags' ? 'position_outside'
FROM read.{table} AS s CROSS JOIN LATERAL (
    SELECT received_at, open::jsonb AS said FROM events
    WHERE aggregate_id = s.report_id AND position <= s.{until}
        AND topic IN ('emergency.triggered', 'emergency.joined')
        AND jsonb_typeof(open::jsonb -> 'fix') = 'object'
    ORDER BY version DESC LIMIT 1
) AS e
WHERE r.ctid = s.ctid
"""

LIVE = """
CREATE UNLOGGED TABLE live_positions (
    report_id uuid NOT NULL,
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
    PRIMARY KEY (report_id, slot)
);
COMMENT ON TABLE live_positions IS 'positions of open cases, sealed; gone when the case is over';
COMMENT ON COLUMN live_positions.slot IS 'of each there is one position at most: the thinning';
CREATE INDEX live_positions_received ON live_positions (received_at);
GRANT SELECT, INSERT, UPDATE, DELETE ON live_positions TO ansim_service;
"""

FOLDS = """
INSERT INTO read.tracking (fold, version) VALUES ('reporter_cards', 1);
INSERT INTO read.compared (fold, position, differing) VALUES ('reporter_cards', 0, 0);
UPDATE read.tracking SET version = 3 WHERE fold IN ('operator_queue', 'report_detail');
UPDATE read.tracking SET version = 2 WHERE fold = 'usage_reports';
"""

DOWN = """
DROP TABLE live_positions, read.reporter_cards, read.reporter_cards_history;
DELETE FROM read.parked
    WHERE fold IN ('reporter_cards', 'operator_queue', 'report_detail', 'usage_reports');
DELETE FROM read.tracking WHERE fold = 'reporter_cards';
DELETE FROM read.compared WHERE fold = 'reporter_cards';
TRUNCATE read.operator_queue, read.operator_queue_history, read.report_detail,
    read.report_detail_history, read.usage_reports, read.usage_by_hour;
UPDATE read.tracking SET position = 0, version = 2
    WHERE fold IN ('operator_queue', 'report_detail');
UPDATE read.tracking SET position = 0, version = 1 WHERE fold = 'usage_reports';
"""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '4s'")
    op.execute(CLEAR)
    for table, (until, columns) in RESHAPED.items():
        added = ", ".join(f"ADD COLUMN {name} {kind}" for name, kind in columns.items())
        op.execute(f"ALTER TABLE read.{table} {added}")
        given = [name for name, kind in columns.items() if "DEFAULT" in kind]
        forgot = ", ".join(f"ALTER COLUMN {name} DROP DEFAULT" for name in given)
        op.execute(f"ALTER TABLE read.{table} {forgot}")
        op.execute(LOCATED.format(table=table, until=until).replace("s.upper(", "upper(s."))
    for part in (CARDS, FOLDS, LIVE):
        op.execute(part)


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '4s'")
    op.execute(DOWN)
    for table, (_, columns) in RESHAPED.items():
        dropped = ", ".join(f"DROP COLUMN {name}" for name in columns)
        op.execute(f"ALTER TABLE read.{table} {dropped}")
