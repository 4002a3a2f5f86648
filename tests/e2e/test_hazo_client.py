"""The unmodified hazo_chat client from npm holds a conversation on this server."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from chat.compat.hazo.unread import unread_counts
from chat.models import ChatGroup, ChatMessage
from chat.services.groups import group_start
from chat.services.messages import message_send
from tests.e2e.window import Window

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.django_db(transaction=True),
    pytest.mark.urls("tests.e2e.urls"),
]

OpenWindow = Callable[[Any], Window]
GREEN = re.compile("text-green-500")


@pytest.fixture
def ada(make_user: Callable[..., Any], transactional_db: None) -> Any:
    return make_user("ada", first_name="Ada", last_name="Abebe")


@pytest.fixture
def ben(make_user: Callable[..., Any], transactional_db: None) -> Any:
    return make_user("ben", first_name="Ben", last_name="Bekele")


@pytest.fixture
def group(ada: Any, ben: Any) -> ChatGroup:
    return group_start(acting_user=ada, member_ids=[ben.pk]).group


def send(user: Any, group: ChatGroup, *texts: str) -> None:
    for text in texts:
        message_send(acting_user=user, group_id=group.pk, message_text=text)


def messages_of(group: ChatGroup) -> str:
    return f"/api/hazo_chat/messages?chat_group_id={group.pk}"


def test_history_of_129_is_complete_each_once_and_begins_with_the_newest(
    open_window: OpenWindow, ada: Any, ben: Any, group: ChatGroup
) -> None:
    expected = [f"message {number}" for number in range(1, 130)]
    for number, text in enumerate(expected):
        send(ben if number % 3 else ada, group, text)
    window = open_window(ada)
    window.show(group)
    window.expect_bubbles(129)
    assert window.texts() == expected

    first, *_ = window.answers("GET", "/api/hazo_chat/messages?")
    assert [message["message_text"] for message in first.json()["messages"]] == expected[-20:]
    expect(window.bubble("message 129").locator(".cls_bubble_sender")).to_have_text("Ben Bekele")
    expect(window.bubble("message 127")).to_have_class(re.compile("justify-end"))


def test_sent_message_is_kept_once(open_window: OpenWindow, ada: Any, group: ChatGroup) -> None:
    window = open_window(ada)
    window.show(group, reference_id="order-7", reference_type="project")
    expect(window.page.get_by_text("No messages yet")).to_be_visible()

    window.send("Selam! a<b & 👋")
    expect(window.bubble("a<b & 👋").locator("svg.text-muted-foreground")).to_be_visible()
    message = ChatMessage.objects.get()
    assert (message.message_text, message.sender_id) == ("Selam! a<b & 👋", ada.pk)
    assert (message.reference_type, message.reference_id) == ("project", "order-7")
    expect(window.page.locator(f"#message-{message.pk}").first).to_be_visible()
    window.refresh()
    window.expect_bubbles(1)


def test_deleted_message_becomes_a_tombstone_for_everybody(
    open_window: OpenWindow, ada: Any, ben: Any, group: ChatGroup
) -> None:
    send(ada, group, "keep this", "regret this")
    window, other = open_window(ada), open_window(ben)
    for each in (window, other):
        each.show(group)
        each.expect_bubbles(2)

    window.delete("regret this")
    for each in (window, other):
        each.refresh()
        expect(each.page.get_by_text("This message has been deleted")).to_be_visible()
        assert each.texts() == ["keep this", "This message has been deleted"]
    assert ChatMessage.objects.get(seq=2).deleted_by_id == ada.pk


def test_message_of_another_person_arrives_by_poll(
    open_window: OpenWindow, ada: Any, ben: Any, group: ChatGroup
) -> None:
    window, other = open_window(ada), open_window(ben)
    for each in (window, other):
        each.show(group)
    other.send("Are you there?")
    expect(window.bubble("Are you there?").locator(".cls_bubble_sender")).to_have_text("Ben Bekele")
    window.send("I am.")
    expect(other.bubble("I am.")).to_be_visible()
    assert window.texts() == other.texts() == ["Are you there?", "I am."]


def test_message_that_an_own_one_overtook_arrives_all_the_same(
    open_window: OpenWindow, ada: Any, ben: Any, group: ChatGroup
) -> None:
    send(ben, group, "first")
    window = open_window(ada)
    window.show(group, polling_interval=2000)
    expect(window.bubble("first")).to_be_visible()
    send(ben, group, "just before")
    window.send("meanwhile")
    window.expect_bubbles(3)
    assert window.texts() == ["first", "just before", "meanwhile"]


def test_reading_marks_messages_and_shows_the_green_tick(
    open_window: OpenWindow, ada: Any, ben: Any, group: ChatGroup
) -> None:
    send(ada, group, "one", "two")
    window = open_window(ada)
    window.show(group)
    window.expect_bubbles(2)
    ticks = window.page.locator(".cls_bubble_meta svg")
    expect(ticks.nth(1)).not_to_have_class(GREEN)
    assert unread_counts(ben) == [{"chat_group_id": str(group.pk), "count": 2}]

    other = open_window(ben)
    newest = f"/messages/{ChatMessage.objects.get(seq=2).pk}/read"
    with other.page.expect_response(lambda answer: answer.url.endswith(newest)) as marked:
        other.show(group)
    assert (marked.value.request.method, marked.value.status) == ("PATCH", 200)
    window.refresh()
    expect(ticks).to_have_class([GREEN, GREEN])
    assert unread_counts(ben) == []


def test_stranger_is_refused(
    open_window: OpenWindow, make_user: Callable[..., Any], ada: Any, group: ChatGroup
) -> None:
    send(ada, group, "private")
    window = open_window(make_user("stranger"))
    window.show(group)
    expect(window.page.get_by_text("No messages yet")).to_be_visible()
    window.send("let me in", arrives=False)
    window.refresh()
    expect(window.page.get_by_text("No messages yet")).to_be_visible()
    assert {answer.status for answer in window.answers("GET", "/api/hazo_chat/messages?")} == {403}
    refused = window.page.evaluate("address => fetch(address).then(answer => answer.json())", messages_of(group))
    assert refused["error_code"] == "FORBIDDEN"
    assert ChatMessage.objects.count() == 1


def test_five_messages_of_one_instant_are_all_shown(
    open_window: OpenWindow, ada: Any, ben: Any, group: ChatGroup
) -> None:
    ahead = (timezone.now() + timedelta(hours=1)).replace(microsecond=0)
    ChatGroup.objects.filter(pk=group.pk).update(last_message_at=ahead)  # the clock was set back since
    send(ben, group, *"abcde")
    assert {message.created_at.replace(microsecond=0) for message in ChatMessage.objects.all()} == {ahead}
    window = open_window(ada)
    window.show(group, messages_per_page=2)
    window.expect_bubbles(5)
    assert window.texts() == list("abcde")


def test_failed_bubble_cannot_be_deleted_and_hides_no_later_message(
    open_window: OpenWindow, ada: Any, ben: Any, group: ChatGroup
) -> None:
    send(ben, group, "before")
    window = open_window(ada)
    window.show(group)
    expect(window.bubble("before")).to_be_visible()
    window.page.route("**/api/hazo_chat/messages", lambda route: route.abort())
    window.send("never arrives", arrives=False)
    expect(window.bubble("never arrives")).to_be_visible()

    with window.page.expect_response(lambda answer: answer.request.method == "DELETE") as deletion:
        window.delete("never arrives")
    assert "/optimistic-" in deletion.value.url
    assert deletion.value.status == 404
    assert deletion.value.headers["content-type"] == "application/json"

    send(ben, group, "after")
    expect(window.bubble("after")).to_be_visible()
    assert ChatMessage.objects.count() == 2
