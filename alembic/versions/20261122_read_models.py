"""Keep read models in schemas of their own: one live, one being built, one retired.

The columns are frozen here as they were on this day; a fold that changes shape gets a new
version, and a migration or a rebuild of its own. Rows are folded from the log, so going
back means dropping the tables.
"""

from __future__ import annotations

from pathlib import Path

from alembic import op

revision = "20261122_read_models"
down_revision = "20261122_timers_deliveries"
branch_labels = None
depends_on = None

SCHEMAS = ("read", "shadow", "retired")

BOOKKEEPING = """
CREATE TABLE read.tracking (
    fold text PRIMARY KEY,
    version int NOT NULL,
    position bigint NOT NULL DEFAULT 0,
    updated_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE TABLE read.parked (
    fold text NOT NULL,
    key text NOT NULL,
    position bigint NOT NULL,
    aggregate_id uuid NOT NULL,
    version int NOT NULL,
    topic text NOT NULL,
    reason text NOT NULL,
    parked_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (fold, key, position)
);
"""

TABLES = Path(__file__).with_name("20261122_read_models.sql").read_text()

BEGIN = """
INSERT INTO read.tracking (fold, version) VALUES
    ('operator_queue', 1),
    ('report_detail', 1),
    ('incident_history', 1),
    ('download_statistics', 1),
    ('usage_opening', 1);
"""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '4s'")
    for schema in SCHEMAS:
        op.execute(f"CREATE SCHEMA {schema}")
        op.execute(f"GRANT USAGE ON SCHEMA {schema} TO ansim_service")
        op.execute(
            f"ALTER DEFAULT PRIVILEGES IN SCHEMA {schema}"
            " GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO ansim_service"
        )
    for part in (BOOKKEEPING, TABLES, BEGIN):
        op.execute(part)


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '4s'")
    for schema in SCHEMAS:
        op.execute(f"DROP SCHEMA {schema} CASCADE")
