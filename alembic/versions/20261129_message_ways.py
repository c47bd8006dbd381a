"""Remember how fast messages go, and whose receipts are whose.

Two tables of their own beside the log; nothing that was stored changes.
"""

from __future__ import annotations

from alembic import op

revision = "20261129_message_ways"
down_revision = "20261129_bells"
branch_labels = None
depends_on = None

UP = """
CREATE TABLE message_pace (
    line text PRIMARY KEY,
    free_at timestamptz NOT NULL
) WITH (fillfactor = 50);
COMMENT ON TABLE message_pace IS 'when the next message may go along each line; no fact';
CREATE TABLE message_pieces (
    route text NOT NULL,
    reference text NOT NULL,
    message_id uuid,
    mark integer,
    fate text,
    at timestamptz NOT NULL,
    PRIMARY KEY (route, reference)
);
CREATE INDEX message_pieces_message ON message_pieces (message_id);
CREATE INDEX message_pieces_at ON message_pieces (at);
COMMENT ON TABLE message_pieces IS 'which reference of a provider is which message; no fact';
GRANT SELECT, INSERT, UPDATE, DELETE ON message_pace, message_pieces TO ansim_service;
"""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '4s'")
    op.execute(UP)


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '4s'")
    op.execute("DROP TABLE message_pieces, message_pace")
