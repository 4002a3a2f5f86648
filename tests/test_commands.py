from collections.abc import Callable, Iterator
from io import StringIO
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.core.management import CommandError, call_command
from pytest_django import Settings

from chat.management.commands import chat_cleanup, chat_purge
from chat.models import ChatGroup, ChatGroupUser, ChatMessage
from chat.services.groups import group_start, peer_start
from chat.services.messages import message_send
from chat.services.tombstones import message_delete, message_restore

pytestmark = pytest.mark.django_db


class Terminal(StringIO):
    def isatty(self) -> bool:
        return True


def run(*command: str, err: StringIO | None = None) -> str:
    out = StringIO()
    call_command(*command, stdout=out, stderr=err or StringIO())
    return out.getvalue().strip()


@pytest.fixture
def group(make_user: Callable[..., Any]) -> ChatGroup:
    return group_start(acting_user=make_user("ada"), name="Choir").group


def send_and_delete(group: ChatGroup, count: int) -> list[ChatMessage]:
    owner = group.created_by
    sent = [message_send(acting_user=owner, group_id=group.pk, message_text="words").message for _ in range(count)]
    return [message_delete(acting_user=owner, message_id=message.pk) for message in sent]


def test_purge_removes_what_can_no_longer_be_restored_and_nothing_else(group: ChatGroup, settings: Settings) -> None:
    kept = message_send(acting_user=group.created_by, group_id=group.pk, message_text="stays").message
    deleted = send_and_delete(group, 3)

    assert run("chat_purge") == "Removed the text of 0 messages."
    assert message_restore(acting_user=group.created_by, message_id=deleted[0].pk).message_text == "words"

    settings.CHAT = {"UNDO_WINDOW": 0}
    assert run("chat_purge") == "Removed the text of 2 messages."

    texts = dict(ChatMessage.objects.values_list("pk", "message_text"))
    assert texts == {kept.pk: "stays", deleted[0].pk: "words", deleted[1].pk: None, deleted[2].pk: None}
    assert run("chat_purge") == "Removed the text of 0 messages."


def test_purge_works_in_batches_and_shows_how_far_it_is(group: ChatGroup, settings: Settings) -> None:
    settings.CHAT = {"UNDO_WINDOW": 0}
    send_and_delete(group, 5)
    terminal = Terminal()

    outcome = run("chat_purge", "--batch-size", "2", err=terminal)

    assert outcome == "Removed the text of 5 messages."
    shown = [line.removesuffix("\x1b[K") for line in terminal.getvalue().split("\r") if line]
    assert shown == [
        "Removed the text of 2 messages.",
        "Removed the text of 4 messages.",
        "Removed the text of 5 messages.",
        "",
    ]


def test_purge_shows_no_progress_where_nobody_watches(group: ChatGroup, settings: Settings) -> None:
    settings.CHAT = {"UNDO_WINDOW": 0}
    send_and_delete(group, 1)
    log = StringIO()

    run("chat_purge", err=log)

    assert log.getvalue() == ""


def test_purge_that_is_stopped_says_so_and_goes_on_next_time(
    group: ChatGroup, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.CHAT = {"UNDO_WINDOW": 0}
    send_and_delete(group, 3)
    purge = chat_purge.tombstones_purge

    def stopped_after_one(**options: int) -> Iterator[int]:
        yield next(purge(**options))
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(chat_purge, "tombstones_purge", stopped_after_one)
        with pytest.raises(CommandError, match="Removed the text of 2 messages") as stop:
            run("chat_purge", "--batch-size", "2")

    assert stop.value.returncode == 130
    assert run("chat_purge", "--batch-size", "2") == "Removed the text of 1 message."


@pytest.mark.parametrize("size", ["0", "-1", "x", "1.5"])
def test_purge_refuses_a_batch_of_no_size(size: str) -> None:
    with pytest.raises(CommandError, match="must be a whole number above 0"):
        run("chat_purge", f"--batch-size={size}")


def test_cleanup_ends_the_memberships_of_those_who_are_gone(make_user: Callable[..., Any]) -> None:
    ada, ben, chala = make_user("ada"), make_user("ben"), make_user("chala")
    group = group_start(acting_user=ada, member_ids=[ben.pk, chala.pk]).group
    peers = peer_start(acting_user=ada, user_id=ben.pk).group
    assert run("chat_cleanup") == "Ended the memberships of 0 deleted accounts."
    delete_behind_djangos_back(ada)

    assert run("chat_cleanup") == "Ended the memberships of 1 deleted account."

    assert not ChatGroupUser.objects.live().filter(user_id=ada.pk).exists()
    assert group.memberships.live().get(role="owner").user_id == ben.pk
    peers.refresh_from_db()
    assert peers.closed_at is not None
    assert run("chat_cleanup") == "Ended the memberships of 0 deleted accounts."


def test_cleanup_that_is_stopped_goes_on_next_time(
    make_user: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    people = [make_user(), make_user()]
    for person in people:
        group_start(acting_user=person)
        delete_behind_djangos_back(person)
    clean_up = chat_cleanup.departed_clean_up

    def stopped_after_one() -> Iterator[Any]:
        yield next(clean_up())
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(chat_cleanup, "departed_clean_up", stopped_after_one)
        with pytest.raises(CommandError, match="1 deleted account") as stop:
            run("chat_cleanup")

    assert stop.value.returncode == 130
    assert run("chat_cleanup") == "Ended the memberships of 1 deleted account."


def delete_behind_djangos_back(user: Any) -> None:
    people = get_user_model()._default_manager.filter(pk=user.pk)
    people._raw_delete(people.db)
