"""The part of the house that hands cases out."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from application.clips.ports import ClipSeals, ClipStore
    from application.export_desk import ExportDesk
    from application.ports import Secrets
    from application.safe_return import SafeReturn
    from infrastructure.access_log import PostgresAccessLog
    from infrastructure.clock import DatabaseClock
    from infrastructure.database import Database
    from infrastructure.log.mapper import FactMapper
    from infrastructure.log.receipts import LogReceipts
    from infrastructure.proof.notary import Notary
    from infrastructure.proof.signing_keys import SigningKeys


class Exporting:
    """Members of ``House``; it gives the rest."""

    if TYPE_CHECKING:

        @property
        def database(self) -> Database: ...
        @property
        def clock(self) -> DatabaseClock: ...
        @property
        def mapper(self) -> FactMapper: ...
        @property
        def receipts(self) -> LogReceipts: ...
        @property
        def access_log(self) -> PostgresAccessLog: ...
        @property
        def app(self) -> SafeReturn: ...
        @property
        def secrets(self) -> Secrets: ...
        @property
        def notary(self) -> Notary: ...
        @property
        def signing_keys(self) -> SigningKeys: ...
        @property
        def clip_store(self) -> ClipStore: ...
        @property
        def clip_seals(self) -> ClipSeals: ...

    @cached_property
    def export_desk(self) -> ExportDesk:
        from application.export_desk import ExportDesk
        from infrastructure.clips.case_clips import CaseClips
        from infrastructure.log.case_rows import LoggedCaseRows
        from infrastructure.proof.case_sealing import CaseSealing

        return ExportDesk(
            self.app,
            self.clock,
            self.receipts,
            rows=LoggedCaseRows(self.database),
            sealing=CaseSealing(self.notary, self.signing_keys),
            clips=CaseClips(self.app, self.clip_store, self.clip_seals),
            unsealer=self.mapper,
            access_log=self.access_log,
            secrets=self.secrets,
        )
