"""Keep what each operator had open, and mark what was corrected.

The queue and the reports' detail get a column for corrections. Their rows stay as they are: no
fact was corrected before this day, so an empty list is what a rebuild would make, too. Going
back drops the views (they are folded from the log) and lets the two folds begin anew.
"""

from __future__ import annotations

from pathlib import Path

from alembic import op

revision = "20261124_viewing"
down_revision = "20261124_erasure"
branch_labels = None
depends_on = None

TABLES = Path(__file__).with_name("20261124_viewing.sql").read_text()
RESHAPED = ("operator_queue", "report_detail")

CLEAR = "DROP TABLE IF EXISTS " + ", ".join(
    f"shadow.{name}{part}" for name in (*RESHAPED, "operator_views") for part in ("", "_history")
)

MOVE = """
DO $$
DECLARE
    moved record;
    columns text;
BEGIN
    FOR moved IN SELECT * FROM (VALUES
        ('operator_queue', 'corrected'),
        ('operator_queue_history', 'corrected'),
        ('report_detail', 'corrections'),
        ('report_detail_history', 'corrections')
    ) AS every (name, added) LOOP
        SELECT string_agg(quote_ident(column_name), ', ' ORDER BY ordinal_position) INTO columns
            FROM information_schema.columns
            WHERE table_schema = 'read' AND table_name = moved.name;
        EXECUTE format(
            'INSERT INTO shadow.%1$I (%2$s, %3$I) SELECT %2$s, ''[]'' FROM read.%1$I',
            moved.name, columns, moved.added
        );
        EXECUTE format('DROP TABLE read.%I', moved.name);
        EXECUTE format('ALTER TABLE shadow.%I SET SCHEMA read', moved.name);
    END LOOP;
END $$;
ALTER TABLE shadow.operator_views SET SCHEMA read;
ALTER TABLE shadow.operator_views_history SET SCHEMA read;
UPDATE read.tracking SET version = 2 WHERE fold IN ('operator_queue', 'report_detail');
INSERT INTO read.tracking (fold, version) VALUES ('operator_views', 1);
INSERT INTO read.compared (fold, position, differing) VALUES ('operator_views', 0, 0);
"""

BEATS = """
CREATE TABLE view_beats (
    operator_id uuid NOT NULL,
    report_id uuid NOT NULL,
    district text,
    since timestamptz NOT NULL,
    beat_at timestamptz NOT NULL,
    noted boolean NOT NULL DEFAULT false,
    PRIMARY KEY (operator_id, report_id)
) WITH (fillfactor = 50);
COMMENT ON TABLE view_beats IS 'open views; a screen that says nothing more is closed for it';
GRANT SELECT, INSERT, UPDATE, DELETE ON view_beats TO ansim_service;
"""

DOWN = """
DROP TABLE view_beats, read.operator_views, read.operator_views_history;
DELETE FROM read.parked WHERE fold IN ('operator_views', 'operator_queue', 'report_detail');
DELETE FROM read.tracking WHERE fold = 'operator_views';
DELETE FROM read.compared WHERE fold = 'operator_views';
TRUNCATE read.operator_queue, read.operator_queue_history,
    read.report_detail, read.report_detail_history;
ALTER TABLE read.operator_queue DROP COLUMN corrected;
ALTER TABLE read.operator_queue_history DROP COLUMN corrected;
ALTER TABLE read.report_detail DROP COLUMN corrections;
ALTER TABLE read.report_detail_history DROP COLUMN corrections;
UPDATE read.tracking SET position = 0, version = 1
    WHERE fold IN ('operator_queue', 'report_detail');
"""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '4s'")
    for part in (CLEAR, TABLES, MOVE, BEATS):
        op.execute(part)


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '4s'")
    op.execute(DOWN)
