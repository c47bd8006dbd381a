"""What people find in an exported case beside the facts: the timeline, how to check, and with what.

``verify.py`` goes along as it stands here; it imports nothing of this code.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from interfaces.case_file.account import account_of
from interfaces.case_file.page import page
from interfaces.case_file.paper import paper
from interfaces.case_file.sentences import Teller

if TYPE_CHECKING:
    from collections.abc import Mapping

    from application.case_file import Case
    from domain.language import Language

HERE: Final = Path(__file__).parent
VERIFIER: Final = HERE / "verify.py"
README: Final = HERE / "README.txt"


class CasePapers:
    """Writes the papers of a case in one language; see ``application.export_desk.Papers``."""

    def __init__(self, language: Language, districts: Mapping[str, str]) -> None:
        self._teller = Teller(language, districts)

    def __call__(self, case: Case) -> Mapping[str, bytes]:
        account = account_of(case, self._teller)
        return {
            "timeline.html": page(account),
            "timeline.pdf": paper(account, case.exported_at),
            "README.txt": README.read_bytes(),
            "verify.py": VERIFIER.read_bytes(),
        }
