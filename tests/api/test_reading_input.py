"""What a request says is read by what all requests share, and refused in words of its own."""

from collections.abc import Callable
from typing import Any

import pytest
from django.http import QueryDict
from django.utils.http import urlencode
from rest_framework.exceptions import ValidationError

from chat.api.base import _reader_of
from chat.api.inputs import GroupChange, GroupStart, HistoryQuery, MessageNew, ReadPosition, StateChange
from chat.services.groups import group_start
from tests.api.conftest import Call

pytestmark = pytest.mark.django_db


def test_each_caller_is_refused_in_their_own_language(api: Call, make_user: Callable[..., Any]) -> None:
    user = make_user()
    path = f"groups/{group_start(acting_user=user).group.pk}/messages/"
    told = [
        api(user).post(path, {"message_text": text}, headers={"Accept-Language": language}).json()["detail"]
        for language in ("en", "de", "fr", "en")
        for text in ("", "x" * 5001)
    ]
    english, german, french, again = (told[n : n + 2] for n in range(0, 8, 2))
    assert english == again == ["This field may not be blank.", "Ensure this field has no more than 5000 characters."]
    assert german[0] == "Dieses Feld darf nicht leer sein."
    assert len({english[1], german[1], french[1]}) == 3


def test_changed_settings_count_at_once(api: Call, make_user: Callable[..., Any], settings: Any) -> None:
    user = make_user()
    group, caller = group_start(acting_user=user).group, api(user)
    for length in (5000, 3, 5):
        settings.CHAT = {"MESSAGE_MAX_LENGTH": length, "PAGE_SIZE": length, "PAGE_SIZE_MAX": 5000}
        assert caller.send(group.pk, "x" * length).status_code == 201
        refused = caller.send(group.pk, "x" * (length + 1))
        assert (refused.status_code, refused.json()["errors"]["message_text"][0]["code"]) == (400, "max_length")
    settings.CHAT = {"PAGE_SIZE": 2}
    assert len(caller.ok("get", f"groups/{group.pk}/messages/")["messages"]) == 2


def test_requests_leave_nothing_behind_for_the_next(api: Call, make_user: Callable[..., Any]) -> None:
    user = make_user()
    group, caller = group_start(acting_user=user).group, api(user)
    first = caller.send(group.pk, "one", reference_id="7", reference_type="invoice").json()
    for bad in ({}, None, [], {"message_text": 5}, {"message_text": "x", "client_id": "no"}):
        assert caller.post(f"groups/{group.pk}/messages/", bad, format="json").status_code == 400
    second = caller.send(group.pk, "two").json()
    assert (first["reference_id"], first["reference_type"]) == ("7", "invoice")
    assert (second["message_text"], second["reference_id"], second["reference_type"]) == ("two", "", "chat")


@pytest.mark.parametrize("kind", [MessageNew, GroupStart, GroupChange, StateChange, ReadPosition, HistoryQuery])
def test_fields_that_are_left_out_change_nothing(kind: type[Any]) -> None:
    """A reader of the fields that are there says what one of all fields says, in JSON and in forms."""
    said = {"message_text": "x", "name": "Desk", "group_type": "group", "pinned": True, "read_seq": 3, "limit": "7"}
    bad = {"message_text": 5, "name": [], "group_type": "crowd", "pinned": "perhaps", "read_seq": -1, "limit": "0"}
    names = said.keys() & kind().fields.keys()
    for chosen in (set[str](), names, *({name} for name in names)):
        for values in (said, bad):
            for data in ({name: values[name] for name in chosen}, QueryDict(urlencode({n: values[n] for n in chosen}))):
                assert _outcome(_reader_of(kind, data), data) == _outcome(kind(), data)


def _outcome(reader: Any, data: object) -> object:
    try:
        return dict(reader.run_validation(data))
    except ValidationError as error:
        return error.get_full_details()
