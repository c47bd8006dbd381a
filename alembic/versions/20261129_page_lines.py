"""Remember who called a supervisor's line last, so that one call is for many reports.

A table of its own beside the log; nothing that was stored changes.
"""

from __future__ import annotations

from alembic import op

revision = "20261129_page_lines"
down_revision = "20261129_corrected_endings"
branch_labels = None
depends_on = None

UP = """
CREATE TABLE page_lines (
    line text PRIMARY KEY,
    delivery_id uuid NOT NULL,
    called_at timestamptz NOT NULL,
    call_id text
) WITH (fillfactor = 50);
COMMENT ON TABLE page_lines IS 'the last call to each line of a control room; no fact';
GRANT SELECT, INSERT, UPDATE, DELETE ON page_lines TO ansim_service;
"""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '4s'")
    op.execute(UP)


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '4s'")
    op.execute("DROP TABLE page_lines")
