"""Canned replies: one's own and everybody's, with placeholders."""

from typing import Any

import pytest
from django.db.models.functions import Now

from chat.adapter import get_adapter
from chat.exceptions import Conflict, InvalidInput, NotAllowed, NotFound
from chat.models import CannedReply
from chat.services.support.canned import canned_create, canned_delete, canned_render, canned_update
from tests.services.support.desk_world import make_person, make_staff, queued

pytestmark = pytest.mark.django_db


def shared(name: str = "hours", text: str = "We open at nine.", **fields: Any) -> CannedReply:
    return CannedReply.objects.create(name=name, text=text, created_at=Now(), changed_at=Now(), **fields)


def test_placeholders_are_filled_with_the_names_of_now() -> None:
    staff, client = make_staff(), make_person()
    group = queued(client)
    reply = canned_create(
        acting_user=staff, name="hello", text="Hi {{client_name}}, {{ staff_name }} here: {{request_name}} {x} }} {{"
    )

    text = canned_render(acting_user=staff, canned_id=reply.pk, group_id=group.pk)

    name = get_adapter().display_name
    assert text == f"Hi {name(client)}, {name(staff)} here: Help {{x}} }}}} {{{{"


@pytest.mark.parametrize("text", ["Hi {{name}}", "{{}}", "{{ client_name }} {{client.name}}", "{{client\nname}}"])
def test_placeholder_that_nobody_could_fill_is_refused(text: str) -> None:
    staff = make_staff()
    with pytest.raises(InvalidInput) as refused:
        canned_create(acting_user=staff, name="hello", text=text)
    assert (refused.value.code, refused.value.field) == ("unknown_placeholder", "text")
    reply = canned_create(acting_user=staff, name="hello", text="fine")
    with pytest.raises(InvalidInput):
        canned_update(acting_user=staff, canned_id=reply.pk, text=text)


def test_words_are_seen_by_whose_they_are_and_everybody_s_by_all_staff() -> None:
    staff, other, person = make_staff(), make_staff(), make_person()
    own = canned_create(acting_user=staff, name="mine", text="mine")
    all_s, elsewhere = shared(), shared(scope="elsewhere")

    assert set(CannedReply.objects.visible_to(staff)) == {own, all_s}
    assert set(CannedReply.objects.visible_to(other)) == {all_s}
    assert not CannedReply.objects.visible_to(person).exists()
    with pytest.raises(NotAllowed) as refused:
        canned_create(acting_user=person, name="x", text="x")
    assert refused.value.code == "not_support_staff"
    for reply in (own, elsewhere):
        for attempt in (canned_delete, canned_update):
            with pytest.raises(NotFound):
                attempt(acting_user=other, canned_id=reply.pk)
    with pytest.raises(NotAllowed) as refused:
        canned_delete(acting_user=other, canned_id=all_s.pk)
    assert refused.value.code == "shared_reply"
    canned_delete(acting_user=staff, canned_id=own.pk)


def test_name_is_taken_once() -> None:
    staff, other = make_staff(), make_staff()
    shared("hello")
    canned_create(acting_user=staff, name="hello", text="mine")
    canned_create(acting_user=other, name="hello", text="mine, too")
    second = canned_create(acting_user=staff, name="bye", text="bye")
    with pytest.raises(Conflict) as refused:
        canned_update(acting_user=staff, canned_id=second.pk, name="hello")
    assert refused.value.code == "name_taken"


def test_words_are_not_rendered_for_a_request_that_one_does_not_see() -> None:
    staff, reply = make_staff(), shared()
    own = queued(staff)
    for user, group in ((staff, own), (make_person(), queued())):
        with pytest.raises(NotFound):
            canned_render(acting_user=user, canned_id=reply.pk, group_id=group.pk)
