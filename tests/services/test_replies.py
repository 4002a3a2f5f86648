"""Replies: a quote is its message as it is now, for whoever sees that."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from chat.exceptions import InvalidInput
from chat.models import ChatMessage
from chat.models.message import MESSAGE_FIELDS
from chat.serializers import Json, messages_json
from chat.serializers.messages import QUOTE_MAX_LENGTH
from chat.services.edits import message_edit
from chat.services.hiding import message_hide, message_unhide
from chat.services.states import history_clear
from chat.services.tombstones import message_delete, message_restore, tombstones_purge
from tests.services.worlds import everything, join, small_group

pytestmark = pytest.mark.django_db


def _shown(message: ChatMessage, user: Any) -> tuple[Any, Any]:
    """Return id and quote of what a message replies to, as ``user`` is shown them, alone on a page."""
    [shown] = _page([message], user)
    return shown["reply_to_id"], shown["reply_to"]


def _page(messages: list[ChatMessage], user: Any) -> list[Json]:
    rows = ChatMessage.objects.filter(pk__in=[message.pk for message in messages]).order_by("seq")
    return messages_json(list(rows.values(*MESSAGE_FIELDS)), user.pk)


def _quoted(message: ChatMessage, user: Any) -> Any:
    quote = _shown(message, user)[1]
    return quote and quote["message_text"]


def test_quote_follows_its_message(settings: Any) -> None:
    world, owner, [ben] = small_group()
    target = world.say(owner, "x" * 300)
    reply = world.say(ben, "yes", reply_to_id=target.pk)
    shown_id, quote = _shown(reply, ben)
    assert shown_id == str(target.pk)
    assert (quote["id"], quote["seq"], quote["version"]) == (str(target.pk), target.seq, target.version)
    assert (quote["sender_user_id"], quote["message_text"]) == (str(owner.pk), "x" * QUOTE_MAX_LENGTH)

    edited = message_edit(acting_user=owner, message_id=target.pk, message_text="secret")
    quote = _shown(reply, ben)[1]
    assert (quote["message_text"], quote["version"]) == ("secret", edited.version)
    assert quote["edited_at"] is not None

    message_delete(acting_user=owner, message_id=target.pk)
    quote = _shown(reply, ben)[1]
    assert (quote["message_text"], quote["deleted_at"] is None) == (None, False)
    message_restore(acting_user=owner, message_id=target.pk)
    assert _quoted(reply, ben) == "secret"

    message_delete(acting_user=owner, message_id=target.pk)
    settings.CHAT = {"UNDO_WINDOW": 0}
    list(tombstones_purge())
    assert "secret" not in str(_shown(reply, ben))


def test_quote_is_the_same_with_its_message_on_the_page_and_without() -> None:
    world, owner, _ = small_group()
    target = world.say(owner, "first")
    reply = world.say(owner, "yes", reply_to_id=target.pk)

    assert _page([target, reply], owner)[1] == _page([reply], owner)[0]


def test_quote_is_nothing_for_who_does_not_see_its_message() -> None:
    world, owner, [ben, eva] = small_group(2, history_visibility="joined")
    target = world.say(owner, "secret")
    newcomer = join(world, owner)
    reply = world.say(ben, "yes", reply_to_id=target.pk)
    history_clear(acting_user=eva, group_id=world.id)
    message_hide(acting_user=ben, message_id=target.pk)

    assert _shown(reply, newcomer) == _shown(reply, eva) == (None, None)
    assert _shown(reply, ben) == (str(target.pk), None), "they know it, and can show it again"
    assert _quoted(reply, owner) == "secret"
    message_unhide(acting_user=ben, message_id=target.pk)
    assert _quoted(reply, ben) == "secret"


def test_quote_of_an_expired_message_has_no_text() -> None:
    world, owner, _ = small_group()
    target = world.say(owner, "secret")
    reply = world.say(owner, "yes", reply_to_id=target.pk)
    ChatMessage.objects.filter(pk=target.pk).update(expires_at=timezone.now() - timedelta(seconds=1))

    assert "secret" not in str(_shown(reply, owner))


def test_deleted_reply_quotes_nothing() -> None:
    world, owner, _ = small_group()
    target = world.say(owner, "first")
    reply = world.say(owner, "yes", reply_to_id=target.pk)
    message_delete(acting_user=owner, message_id=reply.pk)

    assert _shown(reply, owner) == (None, None)


def test_reply_needs_a_message_that_the_sender_sees_there() -> None:
    world, owner, [ben] = small_group()
    elsewhere, stranger, _ = small_group()
    foreign, deleted, hidden = elsewhere.say(stranger), world.say(owner), world.say(owner)
    message_delete(acting_user=owner, message_id=deleted.pk)
    message_hide(acting_user=ben, message_id=hidden.pk)
    before = everything()
    for target in (foreign.pk, deleted.pk, hidden.pk, uuid4()):
        with pytest.raises(InvalidInput) as refused:
            world.say(ben, reply_to_id=target)
        assert (refused.value.code, refused.value.field) == ("unknown_message", "reply_to_id")
    assert everything() == before


@pytest.mark.parametrize("rows", [3, 30])
def test_quotes_of_a_page_are_one_statement(rows: int, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    world, owner, _ = small_group()
    targets = [world.say(owner) for _ in range(rows)]
    replies = [world.say(owner, reply_to_id=target.pk) for target in targets]
    with django_assert_num_queries(2):
        page = _page(replies, owner)
    assert all(message["reply_to"] for message in page)
