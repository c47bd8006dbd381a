"""Keep what has been sealed of the log, and how far each witness has been told.

The checkpoints are a copy for quick use. Whoever owns the database can change them in spite of
the triggers, so nothing is believed that is read here: signatures are checked, and witnesses asked.
"""

from __future__ import annotations

from alembic import op

revision = "20261124_proof"
down_revision = "20261123_usage_reports"
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE checkpoints (
    number bigint PRIMARY KEY CHECK (number > 0),
    facts_size bigint NOT NULL,
    access_size bigint NOT NULL,
    sealed_at timestamptz NOT NULL,
    reason text NOT NULL,
    canonical bytea NOT NULL,
    signature bytea NOT NULL,
    public_key bytea NOT NULL,
    peaks bytea NOT NULL
);
CREATE INDEX checkpoints_covering ON checkpoints (facts_size);
COMMENT ON COLUMN checkpoints.canonical IS 'the exact bytes that were signed: never jsonb';
COMMENT ON COLUMN checkpoints.peaks IS 'right edges of both trees, from which the next one grows';

CREATE TABLE witnesses (
    name text PRIMARY KEY,
    number bigint NOT NULL DEFAULT 0,
    failing_since timestamptz,
    trouble text
);
COMMENT ON COLUMN witnesses.number IS 'the last checkpoint that it is known to hold';
"""

REFUSALS = """
CREATE FUNCTION refuse_checkpoint_change() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RAISE EXCEPTION '% on % is refused: a checkpoint stays as it was signed', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER checkpoints_stand BEFORE UPDATE OR DELETE OR TRUNCATE ON checkpoints
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_checkpoint_change();
ALTER TABLE checkpoints ENABLE ALWAYS TRIGGER checkpoints_stand;
"""

GRANTS = """
GRANT SELECT, INSERT ON checkpoints TO ansim_service;
GRANT SELECT, INSERT, UPDATE, DELETE ON witnesses TO ansim_service;
"""


def upgrade() -> None:
    for part in (TABLES, REFUSALS, GRANTS):
        op.execute(part)


def downgrade() -> None:
    op.execute("DROP TABLE witnesses, checkpoints")
    op.execute("DROP FUNCTION refuse_checkpoint_change")
