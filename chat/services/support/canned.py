"""Words that staff need often, with placeholders that the server fills in."""

import re
from typing import Any
from uuid import UUID

from django.db import IntegrityError
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from chat.adapter import User, UserId, get_adapter
from chat.conf import chat_settings
from chat.exceptions import Conflict, InvalidInput, NotAllowed, NotFound
from chat.models import CannedReply, ChatGroup
from chat.models.support.queue import queue_visible_to
from chat.services.cleaning import clean_text
from chat.services.writing import atomic

NAME_MAX_LENGTH = 100
PLACEHOLDERS = ("client_name", "staff_name", "request_name")
_PLACEHOLDER = re.compile(r"{{(.*?)}}", re.DOTALL)


def canned_create(*, acting_user: User, name: str, text: str) -> CannedReply:
    """Keep words of one's own.

    Who may: support staff. Raises InvalidInput (``name``, ``text``), NotAllowed, Conflict (``name_taken``).
    """
    adapter = get_adapter()
    if not adapter.is_support_staff(acting_user):
        raise NotAllowed(_("Only support staff have canned replies."), code="not_support_staff")
    reply = CannedReply(scope=adapter.scope_of(acting_user), owner_id=acting_user.pk, created_at=Now())
    return _save(reply, name=_name(name), text=canned_clean(text))


def canned_update(*, acting_user: User, canned_id: UUID, **changes: Any) -> CannedReply:
    """Change ``name`` or ``text`` of one's own words.

    Who may: whose they are; everybody's are changed in the admin. Raises InvalidInput, NotFound, NotAllowed, Conflict
    (``name_taken``).
    """
    clean = {name: _CLEANERS[name](value) for name, value in changes.items()}
    return _save(_own(acting_user, canned_id), **clean)


def canned_delete(*, acting_user: User, canned_id: UUID) -> None:
    """Throw away words of one's own. Who may: whose they are. Raises NotFound, NotAllowed."""
    _own(acting_user, canned_id).delete()


def canned_render(*, acting_user: User, canned_id: UUID, group_id: UUID) -> str:
    """Return the words as they are to be sent in a request, with the names of now.

    Who may: support staff who see the words and the request. Raises NotFound.
    """
    reply = CannedReply.objects.visible_to(acting_user).filter(pk=canned_id).first()
    group = queue_visible_to(acting_user).filter(pk=group_id).first()
    if reply is None or group is None:
        raise NotFound
    values = _values(acting_user.pk, group)
    return _PLACEHOLDER.sub(lambda found: values[found[1].strip()], reply.text)


def canned_clean(text: str) -> str:
    """Return words that can be kept. Raises InvalidInput (``text``), also for a placeholder that nobody could fill."""
    clean = clean_text(text, field="text", max_length=chat_settings.MESSAGE_MAX_LENGTH)
    for found in _PLACEHOLDER.finditer(clean):
        if found[1].strip() not in PLACEHOLDERS:
            known = ", ".join(f"{{{{{name}}}}}" for name in PLACEHOLDERS)
            detail = _("“%(unknown)s” is no placeholder; there are: %(known)s.") % {"unknown": found[0], "known": known}
            raise InvalidInput(detail, code="unknown_placeholder", field="text")
    return clean


def _values(staff_id: UserId, group: ChatGroup) -> dict[str, str]:
    profiles = get_adapter().profiles({staff_id, group.client_user_id})
    names = (profiles[group.client_user_id].name, profiles[staff_id].name, group.name or "")
    return dict(zip(PLACEHOLDERS, names, strict=True))


def _own(user: User, canned_id: UUID) -> CannedReply:
    reply = CannedReply.objects.visible_to(user).filter(pk=canned_id).first()
    if reply is None:
        raise NotFound
    if reply.owner_id != user.pk:
        raise NotAllowed(_("These words are everybody's; they are changed in the admin."), code="shared_reply")
    return reply


def _save(reply: CannedReply, **values: Any) -> CannedReply:
    for name, value in values.items():
        setattr(reply, name, value)
    reply.changed_at = Now()
    try:
        with atomic():
            reply.save()
    except IntegrityError as error:
        raise Conflict(_("There are words of this name already."), code="name_taken") from error
    reply.refresh_from_db(fields=["created_at", "changed_at"])
    return reply


def _name(value: object) -> str:
    return clean_text(value, field="name", max_length=NAME_MAX_LENGTH)


_CLEANERS = {"name": _name, "text": canned_clean}
