"""Where the API begins."""

import pytest
from pytest_django import Settings

from chat.adapter import ChatAdapter
from tests.api.conftest import Call
from tests.api.contract import PREFIX, operations
from tests.services.worlds import make_person

pytestmark = pytest.mark.django_db


class WithGifs(ChatAdapter):
    gif_provider = "example"


@pytest.mark.parametrize("gifs", [True, False])
def test_root_has_every_address_that_needs_no_id_and_works_here(gifs: bool, api: Call, settings: Settings) -> None:
    if gifs:
        settings.CHAT = {"ADAPTER": f"{__name__}.WithGifs"}
    links = api(make_person()).ok("get", "")

    described = {path for _, path, _ in operations() if "{" not in path} - {PREFIX}
    described.remove(f"{PREFIX}support/visitor/")  # for those who are not signed in, and see no root
    if not gifs:
        described.remove(f"{PREFIX}gifs/")
    assert {name: url.removeprefix("http://testserver") for name, url in links.items()} == {
        path.removeprefix(PREFIX).rstrip("/").replace("/", "_"): path for path in described
    }


def test_every_operation_has_a_tag() -> None:
    assert all(operation["tags"] for _, _, operation in operations())
