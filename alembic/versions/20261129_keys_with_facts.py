"""Store new keys in the transaction of the facts that they seal; write clean batches faster.

The append tells first whether all of a batch can be stored, as nearly always, and then spares
the search request by request. One function of the code that knows no keys could not go on
with it, so there is no way back.
"""

from __future__ import annotations

from pathlib import Path

from alembic import op

revision = "20261129_keys_with_facts"
down_revision = "20261129_taking_back"
branch_labels = None
depends_on = None

APPEND = Path(__file__).with_suffix(".sql").read_text()


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '4s'")
    op.execute(APPEND)


def downgrade() -> None:
    raise NotImplementedError("The log is never taken back: restore a back-up instead.")
