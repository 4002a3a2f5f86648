"""What was there when a service looked, and is not any more once it has its lock."""

from collections.abc import Callable
from datetime import timedelta
from importlib import import_module
from typing import Any

import pytest
from django.utils import timezone

from chat.exceptions import NotFound
from chat.services.hiding import message_hide
from chat.services.pins import message_pin
from chat.services.scheduled import scheduled_create, scheduled_delete, scheduled_update
from chat.services.states import history_clear
from tests.services.worlds import everything, small_group

pytestmark = pytest.mark.django_db

Before = Callable[[str, str, Callable[[], object]], dict[str, Any]]


@pytest.fixture
def before_lock(monkeypatch: pytest.MonkeyPatch) -> Before:
    """Return a function that lets something happen, once, just before a module of services begins to lock."""

    def let(module: str, lock: str, happen: Callable[[], object]) -> dict[str, Any]:
        services, left = import_module(f"chat.services.{module}"), {}
        take = getattr(services, lock)

        def wait(*args: Any, **kwargs: Any) -> Any:
            if not left:
                happen()
                left.update(everything=everything())
            return take(*args, **kwargs)

        monkeypatch.setattr(services, lock, wait)
        return left

    return let


@pytest.mark.parametrize("by", ["hiding", "clearing"])
def test_message_that_went_out_of_sight_is_not_changed(by: str, before_lock: Before) -> None:
    world, owner, _ = small_group()
    message = world.say(owner)
    ways: dict[str, Callable[[], object]] = {
        "hiding": lambda: message_hide(acting_user=owner, message_id=message.pk),
        "clearing": lambda: history_clear(acting_user=owner, group_id=world.id),
    }
    left = before_lock("message_writing", "group_write", ways[by])

    with pytest.raises(NotFound):
        message_pin(acting_user=owner, message_id=message.pk)

    assert everything() == left["everything"]


def test_message_that_was_cleared_is_not_hidden(before_lock: Before) -> None:
    world, owner, _ = small_group()
    message = world.say(owner)
    left = before_lock("hiding", "atomic", lambda: history_clear(acting_user=owner, group_id=world.id))

    with pytest.raises(NotFound):
        message_hide(acting_user=owner, message_id=message.pk)

    assert everything() == left["everything"]


@pytest.mark.parametrize(("lock", "change"), [("atomic", scheduled_delete), ("group_write", scheduled_update)])
def test_scheduled_message_that_was_sent_or_given_up_is_not_found(
    lock: str, change: Callable[..., object], before_lock: Before
) -> None:
    world, owner, _ = small_group()
    send_at = timezone.now() + timedelta(days=1)
    row = scheduled_create(acting_user=owner, group_id=world.id, send_at=send_at, message_text="later")
    left = before_lock("scheduled", lock, row.delete)
    scheduled_id = row.pk

    with pytest.raises(NotFound):
        change(acting_user=owner, scheduled_id=scheduled_id)

    assert everything() == left["everything"]
