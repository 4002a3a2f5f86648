"""Keeping a message that the host's review holds."""

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from chat.exceptions import Conflict, KeyReused
from chat.models import ChatGroupUser, HeldMessage
from chat.services.reads import state_changed_publish
from chat.services.safety.pace import flood_until_after

if TYPE_CHECKING:
    from chat.services.sending import Outgoing

HELD_MAX = 50
"""Most messages that one person may have waiting in a group."""


def held_before(membership: ChatGroupUser, outgoing: "Outgoing") -> HeldMessage | None:
    """Return the message that is held under this client_id. Raises KeyReused where that has other content."""
    if outgoing.client_id is None:
        return None
    held = HeldMessage.objects.of(membership).filter(client_id=outgoing.client_id).first()
    if held is not None and _said(held.content) != _said(_encoded(outgoing)):
        raise KeyReused(field="client_id")
    return held


def held_add(membership: ChatGroupUser, outgoing: "Outgoing") -> HeldMessage:
    """Keep a message that is checked already; it counts for the member's pace. For services only.

    Raises Conflict (``too_many_held``). Publishes ``state.changed``.
    """
    if HeldMessage.objects.of(membership).count() >= HELD_MAX:
        raise Conflict(_("Too many of your messages wait for a moderator here."), code="too_many_held")
    now = membership.locked_at
    held = HeldMessage(group_id=membership.group_id, user_id=membership.user_id, created_at=now)
    held.client_id = outgoing.client_id or held.pk
    held.content = _encoded(outgoing)
    held.save(force_insert=True)
    membership.flood_until = flood_until_after(membership, now)
    held_tell(membership, "flood_until")
    return held


def held_tell(membership: ChatGroupUser, *fields: str) -> None:
    """Tell the person's devices that what waits of theirs is different now. For services only."""
    membership.state_version += 1
    membership.save(update_fields=["state_version", *fields])
    state_changed_publish(membership)


def _encoded(outgoing: "Outgoing") -> dict[str, Any]:
    content: dict[str, Any] = json.loads(json.dumps(asdict(outgoing), default=str))
    del content["client_id"]
    return content


def _said(content: dict[str, Any]) -> object:
    return content["repeated"] or content
