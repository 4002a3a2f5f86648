"""Files and references in the forms of the browsable API."""

from typing import Any

import pytest

from tests.api.conftest import Call
from tests.files.uploading import upload
from tests.services.worlds import small_group

pytestmark = pytest.mark.django_db


def test_form_sends_files_and_references(api: Call) -> None:
    world, owner, _members = small_group()
    first, second = upload(owner), upload(owner)
    form = {
        "message_text": "",
        "attachment_ids": f"{second.pk}, {first.pk}",
        "reference_list": '[{"type": "url", "url": "https://example.org/"}]',
    }

    response = api(owner).post(f"groups/{world.id}/messages/", form, format="multipart")

    assert response.status_code == 201, response.content
    assert [file["id"] for file in response.json()["attachments"]] == [str(second.pk), str(first.pk)]
    assert response.json()["reference_list"][0]["url"] == "https://example.org/"


@pytest.mark.parametrize(("field", "value"), [("reference_list", "[1"), ("attachment_ids", "nope")])
def test_form_with_nonsense_is_refused(field: str, value: str, api: Call) -> None:
    world, owner, _members = small_group()

    response: Any = api(owner).post(
        f"groups/{world.id}/messages/", {"message_text": "x", field: value}, format="multipart"
    )

    assert (response.status_code, response.json()["field"]) == (400, field)


@pytest.mark.parametrize("address", ["uploads/00000000-0000-7000-8000-000000000000/", "groups/{}/messages/"])
def test_pages_in_a_browser_can_be_opened(address: str, api: Call) -> None:
    world, owner, _members = small_group()
    caller = api(owner)
    caller.checked = False

    assert caller.get(address.format(world.id), HTTP_ACCEPT="text/html").status_code in {200, 404}
