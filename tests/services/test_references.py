"""What a message points to."""

from typing import Any

import pytest
from django.test.utils import override_script_prefix
from django.urls import reverse

from chat.exceptions import InvalidInput
from chat.services.references import clean_references
from tests.files.uploading import upload
from tests.services.worlds import make_person, small_group

pytestmark = pytest.mark.django_db


def clean(user: Any = None, **item: Any) -> dict[str, Any]:
    (cleaned,) = clean_references([{"type": "url", "url": "https://example.org/a"} | item], user=user) or ()
    return cleaned


def code_of(value: Any, user: Any = None) -> str:
    with pytest.raises(InvalidInput) as refused:
        clean_references(value, user=user)
    assert refused.value.field == "reference_list"
    return refused.value.code


def test_reference_keeps_known_keys_alone() -> None:
    cleaned = clean(id="7", name="Plan", scope="field", mime_type="application/pdf", onclick="alert(1)", file_size=9)

    assert cleaned == {
        "id": "7",
        "type": "url",
        "scope": "field",
        "name": "Plan",
        "url": "https://example.org/a",
        "mime_type": "application/pdf",
    }


def test_what_is_missing_is_filled_in() -> None:
    cleaned = clean(type="document", url="http://example.org/plan.PDF?x=1")

    assert cleaned.pop("id")
    assert cleaned == {
        "type": "document",
        "scope": "chat",
        "name": "",
        "url": "http://example.org/plan.PDF?x=1",
        "mime_type": "application/pdf",
    }
    assert clean(type="field", url="")["url"] == ""
    assert "mime_type" not in clean()


@pytest.mark.parametrize("nothing", [None, []])
def test_no_references_are_none(nothing: Any) -> None:
    assert clean_references(nothing, user=None) is None


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "JavaScript:alert(1)//http://x",
        " javascript:alert(1)",
        "java\nscript:alert(1)",
        "data:text/html,<script>",
        "vbscript:x",
        "file:///etc/passwd",
        "ftp://example.org/",
        "//example.org/",
        "/admin/",
        "/api/chat/groups/",
        "/logout?/api/chat/files/01932c60-0f00-7b11-8d7e-5d1f2a6c5e11/",
        "http://",
        "https:///path",
        "https://[broken",
        "https://example.org/\u202efdp",
        "https://example.org\\@evil.example",
        "https://exa mple.org/",
        "",
        "plan.pdf",
    ],
)
def test_other_addresses_are_refused(url: str) -> None:
    assert code_of([{"type": "document", "url": url}]) == "invalid_url"


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("x", "invalid"),
        ({}, "invalid"),
        (["x"], "invalid"),
        ([None], "invalid"),
        ([{}], "invalid_choice"),
        ([{"type": "script", "url": "https://example.org/"}], "invalid_choice"),
        ([{"type": "url", "url": 5}], "invalid"),
        ([{"type": "url", "url": "https://example.org/" + "x" * 2000}], "max_length"),
        ([{"type": "url", "url": "https://example.org/", "name": "a\x00"}], "null_characters_not_allowed"),
        ([{"type": "url", "url": "https://example.org/"}] * 21, "too_many"),
    ],
)
def test_malformed_references_are_refused(value: Any, code: str) -> None:
    assert code_of(value) == code


@pytest.mark.parametrize("address", ["/api/chat/files/{}/", "/api/hazo_chat/files/{}"])
def test_file_here_must_be_seen_by_who_refers_to_it(address: str) -> None:
    world, owner, (member,) = small_group()
    row = upload(owner)
    item = {"type": "document", "url": address.format(row.pk)}

    assert code_of([item], member) == "unknown_file"
    world.say(owner, "", attachment_ids=[row.pk])
    assert clean(member, **item)["url"] == item["url"]
    assert code_of([item], make_person()) == "unknown_file"


def test_file_here_is_known_below_the_path_of_a_site_that_has_one() -> None:
    owner = make_person()
    row = upload(owner)
    with override_script_prefix("/shop/"):
        address = reverse("hazo:file", args=[row.pk])
        assert address == f"/shop/api/hazo_chat/files/{row.pk}"
        assert clean(owner, type="document", url=address)["url"] == address
        for elsewhere in (f"/api/hazo_chat/files/{row.pk}", f"/shop//api/hazo_chat/files/{row.pk}"):
            assert code_of([{"type": "document", "url": elsewhere}], owner) == "invalid_url"


def test_references_are_sent_with_a_message() -> None:
    world, owner, _members = small_group()

    message = world.say(owner, reference_list=[{"id": "1", "type": "url", "url": "https://example.org/"}])

    message.refresh_from_db()
    assert message.reference_list == [
        {"id": "1", "type": "url", "scope": "chat", "name": "", "url": "https://example.org/"}
    ]
