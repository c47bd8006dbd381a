"""Keep who is watched over, by ids, codes and times alone, and the city's figures of it."""

from __future__ import annotations

from pathlib import Path

from alembic import op

revision = "20261129_protection"
down_revision = "20261129_sent_messages"
branch_labels = None
depends_on = None

TABLES = Path(__file__).with_name("20261129_protection.sql").read_text()
FOLD = """
INSERT INTO read.tracking (fold, version) VALUES ('protections', 1);
INSERT INTO read.compared (fold, position, differing) VALUES ('protections', 0, 0);
"""
DOWN = """
DROP TABLE read.protections, read.protection_figures;
DELETE FROM read.parked WHERE fold = 'protections';
DELETE FROM read.tracking WHERE fold = 'protections';
DELETE FROM read.compared WHERE fold = 'protections';
"""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '4s'")
    for part in (TABLES, FOLD):
        op.execute(part)


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '4s'")
    op.execute(DOWN)
