"""Keep a row of each message to people outside: who was told of what, by which way, and when."""

from __future__ import annotations

from pathlib import Path

from alembic import op

revision = "20261129_sent_messages"
down_revision = "20261129_members"
branch_labels = None
depends_on = None

TABLES = Path(__file__).with_name("20261129_sent_messages.sql").read_text()
FOLD = """
INSERT INTO read.tracking (fold, version) VALUES ('sent_messages', 1);
INSERT INTO read.compared (fold, position, differing) VALUES ('sent_messages', 0, 0);
"""
DOWN = """
DROP TABLE read.sent_messages;
DELETE FROM read.parked WHERE fold = 'sent_messages';
DELETE FROM read.tracking WHERE fold = 'sent_messages';
DELETE FROM read.compared WHERE fold = 'sent_messages';
"""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '4s'")
    for part in (TABLES, FOLD):
        op.execute(part)


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '4s'")
    op.execute(DOWN)
