"""Keep who is at which console, which centres are open, and whether a report's holder is there.

The queue and the reports' detail get columns for it. Their rows stay as they are: no holder was
seen to be away before this day, and why a report had risen follows from how far it had. Going back
drops the new tables and lets the two folds begin anew.
"""

from __future__ import annotations

from pathlib import Path

from alembic import op

revision = "20261129_presence"
down_revision = "20261129_fewer_indexes"
branch_labels = None
depends_on = None

TABLES = Path(__file__).with_name("20261129_presence.sql").read_text()
RESHAPED = ("operator_queue", "report_detail")

CLEAR = "DROP TABLE IF EXISTS " + ", ".join(
    f"shadow.{name}{part}" for name in (*RESHAPED, "centres") for part in ("", "_history")
)

MOVE = """
DO $$
DECLARE
    moved record;
    columns text;
BEGIN
    FOR moved IN SELECT * FROM (VALUES
        ('operator_queue', '', ''),
        ('operator_queue_history', '', ''),
        ('report_detail', ', cameras_shared', ', ''[]'''),
        ('report_detail_history', ', cameras_shared', ', ''[]''')
    ) AS every (name, added, filled) LOOP
        SELECT string_agg(quote_ident(column_name), ', ' ORDER BY ordinal_position) INTO columns
            FROM information_schema.columns
            WHERE table_schema = 'read' AND table_name = moved.name;
        EXECUTE format(
            'INSERT INTO shadow.%1$I (%2$s, rise_cause%3$s) SELECT %2$s,'
            ' CASE WHEN escalation = ''idle_claim'' THEN ''idle'''
            ' WHEN escalation IS NOT NULL THEN ''unanswered'' END%4$s FROM read.%1$I',
            moved.name, columns, moved.added, moved.filled
        );
        EXECUTE format('DROP TABLE read.%I', moved.name);
        EXECUTE format('ALTER TABLE shadow.%I SET SCHEMA read', moved.name);
    END LOOP;
END $$;
ALTER TABLE shadow.centres SET SCHEMA read;
ALTER TABLE shadow.centres_history SET SCHEMA read;
INSERT INTO read.tracking (fold, version) VALUES ('centres', 1);
INSERT INTO read.compared (fold, position, differing) VALUES ('centres', 0, 0);
"""

CONSOLES = """
CREATE TABLE consoles (
    staff_id uuid PRIMARY KEY,
    role text NOT NULL,
    district text NOT NULL,
    started_at timestamptz NOT NULL,
    heard_at timestamptz NOT NULL,
    input_at timestamptz NOT NULL
) WITH (fillfactor = 50);
COMMENT ON TABLE consoles IS 'consoles on duty; what they say every few seconds is no fact';
CREATE INDEX consoles_district ON consoles (district);
GRANT SELECT, INSERT, UPDATE, DELETE ON consoles TO ansim_service;
"""

DOWN = """
DROP TABLE consoles, read.centres, read.centres_history;
DELETE FROM read.parked WHERE fold IN ('centres', 'operator_queue', 'report_detail');
DELETE FROM read.tracking WHERE fold = 'centres';
DELETE FROM read.compared WHERE fold = 'centres';
TRUNCATE read.operator_queue, read.operator_queue_history,
    read.report_detail, read.report_detail_history;
ALTER TABLE read.operator_queue
    DROP COLUMN holder_away_at, DROP COLUMN rise_cause, DROP COLUMN paged;
ALTER TABLE read.operator_queue_history
    DROP COLUMN holder_away_at, DROP COLUMN rise_cause, DROP COLUMN paged;
ALTER TABLE read.report_detail
    DROP COLUMN holder_away_at, DROP COLUMN rise_cause, DROP COLUMN paged,
    DROP COLUMN cameras_shared;
ALTER TABLE read.report_detail_history
    DROP COLUMN holder_away_at, DROP COLUMN rise_cause, DROP COLUMN paged,
    DROP COLUMN cameras_shared;
UPDATE read.tracking SET position = 0
    WHERE fold IN ('operator_queue', 'report_detail');
"""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '4s'")
    for part in (CLEAR, TABLES, MOVE, CONSOLES):
        op.execute(part)


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '4s'")
    op.execute(DOWN)
