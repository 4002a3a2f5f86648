"""What the policy of the demo host forbids, its pages do not need."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.e2e.window import Window

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True), pytest.mark.urls("tests.e2e.urls")]

PAGES = {
    "/": "main",
    "/admin/": "#content-main",
    "/admin/chat/chatmessage/": "#changelist",
    "/admin/auth/user/add/": "#user_form",
    "/api/chat/": ".response-info",
    "/api/chat/groups/": ".raw-data-form, #post-object-form",
    "/api/docs/": "#swagger-ui .opblock",
}


def test_pages_work_under_the_policy(
    make_user: Callable[..., Any], transactional_db: None, open_window: Callable[[Any], Window]
) -> None:
    page = open_window(make_user("ada", is_staff=True, is_superuser=True)).page
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))

    for address, shown in PAGES.items():
        page.goto(address)
        page.locator(shown).first.wait_for()
        page.wait_for_load_state("networkidle", timeout=120_000)  # the documentation of the API is large
        assert [text for text in said if "Content Security Policy" in text] == [], address
