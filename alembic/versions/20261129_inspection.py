"""Keep forms for checks and detectors, and the teams that are sent.

How often forms were sent and codes were tried lies beside the log, by a hash of whom, for an hour.
"""

from __future__ import annotations

from pathlib import Path

from alembic import op

revision = "20261129_inspection"
down_revision = "20261129_service_board"
branch_labels = None
depends_on = None

TABLES = Path(__file__).with_name("20261129_inspection.sql").read_text()
FOLDS = """
INSERT INTO read.tracking (fold, version) VALUES ('inspections', 1), ('inspection_teams', 1);
INSERT INTO read.compared (fold, position, differing)
    VALUES ('inspections', 0, 0), ('inspection_teams', 0, 0);
"""
TRIES = """
CREATE UNLOGGED TABLE form_tries (
    door text NOT NULL,
    who_sha256 bytea NOT NULL,
    tried_at timestamptz NOT NULL
);
CREATE INDEX form_tries_who ON form_tries (door, who_sha256, tried_at);
CREATE INDEX form_tries_tried ON form_tries (tried_at);
COMMENT ON TABLE form_tries IS 'forms sent and wrong codes, kept for an hour against guessing';
GRANT SELECT, INSERT, DELETE ON form_tries TO ansim_service;
"""
DOWN = """
DROP TABLE read.inspections, read.inspection_figures, read.inspection_teams;
DELETE FROM read.parked WHERE fold IN ('inspections', 'inspection_teams');
DELETE FROM read.tracking WHERE fold IN ('inspections', 'inspection_teams');
DELETE FROM read.compared WHERE fold IN ('inspections', 'inspection_teams');
DROP TABLE form_tries;
"""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '4s'")
    for part in (TABLES, FOLDS, TRIES):
        op.execute(part)


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '4s'")
    op.execute(DOWN)
