"""Messages as a person reads them without a server, and as a program does."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from chat.adapter import UserId, get_adapter
from chat.files.addresses import ANY_TEXT, Addresses
from chat.files.names import extension_of, safe_name
from chat.models import ChatGroupUser
from chat.models.prepared import Row
from chat.rendering import plain_text
from chat.roles import GroupType
from chat.sentences import people_named
from chat.serializers.messages import messages_json
from chat.serializers.wire import Json

NOWHERE = Addresses(file=ANY_TEXT, preview=ANY_TEXT)
"""Files are in the archive; who opens it may be nobody on the site any more."""


def file_path(attachment_id: object, name: str) -> str:
    """Return where a file is in the archive: unique, and a name that no computer takes for anything else."""
    return f"files/{attachment_id}/{safe_name(name, (extension_of(name) or 'bin',))}"


def page_json(rows: Sequence[Row], viewer_id: UserId) -> list[Json]:
    """Return messages as the API has them, with files by their place in the archive."""
    messages = messages_json(rows, viewer_id, NOWHERE)
    for message in messages:
        for file in message["attachments"]:
            del file["preview_url"]
            file["url"] = file["url"] and file_path(file["id"], file["name"])
    return messages


def page_html(rows: Sequence[Row], messages: Sequence[Json]) -> str:
    """Return the same messages for people."""
    senders = get_adapter().profiles({row["sender_id"] for row in rows if row["sender_id"] is not None})
    names = people_named(rows)
    said = [
        _said(row, message, names) | {"sender": senders[row["sender_id"]].name if row["sender_id"] else None}
        for row, message in zip(rows, messages, strict=True)
    ]
    return render_to_string("chat/export/messages.html", {"messages": said})


def title_of(membership: ChatGroupUser) -> str:
    """Return what a person would call the conversation."""
    group = membership.group
    if group.name or group.group_type != GroupType.PEER:
        return group.name or str(_("Group") if group.group_type == GroupType.GROUP else _("Support"))
    others = group.memberships.exclude(user=membership.user_id).values_list("user_id", flat=True)
    profiles = get_adapter().profiles(list(others[:1]))
    return next((profile.name for profile in profiles.values()), str(_("Notes to myself")))


def render(name: str, **context: object) -> str:
    """Return a part of a page."""
    return render_to_string(f"chat/export/{name}.html", context)


def _said(row: Row, message: Json, names: Mapping[str, str]) -> dict[str, Any]:
    gone = message["deleted_at"] is not None
    return {
        "seq": row["seq"],
        "at": row["created_at"],
        "is_gone": gone,
        "text": None if gone else plain_text(row, names=names),
        "quoted": (message["reply_to"] or {}).get("message_text"),
        "forwarded": (message["forwarded_from"] or {}).get("name"),
        "files": list(_files(message["attachments"])),
    }


def _files(files: Iterable[Json]) -> Iterator[dict[str, Any]]:
    for file in files:
        yield {"name": file["name"], "link": file["url"] and quote(f"../{file['url']}")}
