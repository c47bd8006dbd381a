"""The page in an exported case reads well on a judge's screen and on a telephone."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from domain.language import Language
from tests.interfaces.case_file.lived import lived
from tests.living import Living


@pytest.fixture(scope="module")
def page_file(service: Living, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("case") / "timeline.html"
    path.write_bytes(lived(service.house).export(language=Language.KO).files["timeline.html"])
    return path


@pytest.mark.browser
@pytest.mark.parametrize("width", [1440, 390])
def test_it_fits_the_screen_and_stays_quiet(chromium: Browser, page_file: Path, width: int) -> None:
    page = chromium.new_page(viewport={"width": width, "height": 900})
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("request", lambda request: complaints.append(request.url))
    page.goto(page_file.as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.get_by_text("관제요원이 신고를 맡았습니다.").is_visible()
    assert page.get_by_text("강동구").first.is_visible()
    assert complaints == [page_file.as_uri()]
    page.close()
