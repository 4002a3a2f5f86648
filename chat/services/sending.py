"""Every send: what a message is made of, exactly once, numbered under the group's lock.

Services that send (text, polls, forwards …) say what in an ``Outgoing``; how it becomes a message is written here once.
"""

import json
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext_lazy as _

from chat import events, policy
from chat.adapter import Review, Reviewed, User, UserId
from chat.choices import Verdict
from chat.conf import chat_settings
from chat.exceptions import Conflict, HeldForReview, InvalidInput, KeyReused, NotAllowed
from chat.models import Attachment, ChatGroup, ChatGroupUser, ChatMessage, HeldMessage, Mention
from chat.roles import Action, MessageType, ReferenceType
from chat.services import fast_send
from chat.services.attachments import attachments_add, attachments_claim, attachments_share, message_type_of
from chat.services.guards import require_free_to_send
from chat.services.message_writing import message_add, message_event_publish
from chat.services.reads import read_mark_add
from chat.services.safety.holding import held_add, held_before
from chat.services.safety.pace import flood_until_after, require_unhurried
from chat.services.safety.review import is_reviewing, review_ask, review_refusal
from chat.services.support.hearing import request_heard
from chat.services.writing import GroupWrite, group_write


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """What is to be sent, checked as far as that goes without the group."""

    message_type: str = MessageType.TEXT
    message_text: str | None = None
    reference_id: str = ""
    reference_type: str = ReferenceType.CHAT
    reference_list: list[dict[str, Any]] | None = None
    client_id: UUID | None = None
    reply_to_id: UUID | None = None
    mention_ids: Sequence[UserId] = ()
    attachment_ids: Sequence[UUID] = ()
    files_of_id: UUID | None = None
    """The message that is forwarded, where it has files."""
    metadata: dict[str, Any] | None = None
    forwarded_from_id: UUID | None = None
    sent_at: datetime | None = None
    repeated: str = ""
    """What a retry says again, where that is not the content: what is forwarded may have been edited since."""

    @property
    def ends_draft(self) -> bool:
        """Whether these are words that the sender has just written: what they had begun to write is then done."""
        written = bool(self.message_text) and self.message_type != MessageType.POLL
        return written and self.sent_at is None and self.forwarded_from_id is None

    @property
    def is_plain(self) -> bool:
        """Whether it is text and nothing more: what the fast path can send."""
        extras = (self.reference_list, self.reply_to_id, self.mention_ids, self.metadata, self.forwarded_from_id)
        files = (*self.attachment_ids, self.files_of_id)
        return self.message_type == MessageType.TEXT and not any((*extras, *files)) and self.sent_at is None

    @property
    def reviewed(self) -> Reviewed:
        """What the host's review is told of it."""
        return Reviewed(
            message_type=self.message_type,
            message_text=self.message_text,
            reference_list=self.reference_list,
            attachment_ids=self.attachment_ids,
            metadata=self.metadata,
        )

    @property
    def hash(self) -> str:
        """HMAC-SHA-256 of the content, which it outlives without telling it; empty without a client_id."""
        return "" if self.client_id is None else self._hash_with(settings.SECRET_KEY)

    def has_hash(self, client_hash: str) -> bool:
        """Whether ``client_hash`` is of the same content, made with SECRET_KEY or one of SECRET_KEY_FALLBACKS."""
        keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
        return any(constant_time_compare(client_hash, self._hash_with(key)) for key in keys)

    def _hash_with(self, key: str | bytes) -> str:
        content = json.dumps(self.repeated or asdict(self), default=str, sort_keys=True)
        return salted_hmac("chat.client_hash", content, secret=key, algorithm="sha256").hexdigest()


@dataclass(frozen=True, slots=True)
class Sent:
    """The outcome of a send: the message, and whether it is new (False: a retry of one that was there)."""

    message: ChatMessage
    created: bool


def outgoing_send(*, acting_user: User, group_id: UUID, outgoing: Outgoing) -> Sent:
    """Send a message.

    Who may: members whose role may send in this kind of group. The same ``client_id`` from the same person returns the
    first message, whatever became of it since.

    Raises InvalidInput, NotFound (stranger, former member), NotAllowed (also ``silenced``, ``suspended``,
    ``review_refused``), Conflict (``group_closed``, ``too_many_held``), TooFast (``too_fast``, ``slow_mode``),
    KeyReused, and HeldForReview where it waits for a moderator now, or did already: that is kept, not undone.
    Asks the host's review, if there is one, then locks the group, then the sender's membership. Publishes
    ``message.created``, and ``read.advanced`` where sending passed unread messages; or ``state.changed`` where it is
    held. The sender of a message has then read everything.
    """
    if outgoing.is_plain and not is_reviewing() and fast_send.is_available():
        sent = fast_send.fast_send(group_id=group_id, sender=acting_user, outgoing=outgoing)
        if sent is not None:
            _publish_sent(sent.message, passed_unread=sent.passed_unread)
            return Sent(sent.message, created=True)
    review = review_ask(acting_user, group_id, outgoing.reviewed)
    return reviewed_send(acting_user=acting_user, group_id=group_id, outgoing=outgoing, review=review)


def reviewed_send(*, acting_user: User, group_id: UUID, outgoing: Outgoing, review: Review | None) -> Sent:
    """Send what the host said ``review`` of, or (None) what a moderator approved of. For services only.

    The second half of ``outgoing_send``, for those who asked before they locked the group.
    """
    sender_id = acting_user.pk
    with group_write(group_id) as write:
        membership = write.membership_of(sender_id)
        known = _sent_before(membership, outgoing)
        if known is not None:
            return Sent(known, created=False)
        held = held_before(membership, outgoing) if review is not None and is_reviewing() else None
        if held is None:
            require_open(membership)
            policy.require(policy.may(membership, Action.MESSAGE_SEND))
            require_free_to_send(membership)
            held = None if review is None else _reviewed(membership, outgoing, review)
        if held is None:
            message = _do_send(write, membership, outgoing, approved=review is None)
            request_heard(write, membership, message)
    if held is not None:
        raise HeldForReview(held)
    return Sent(message, created=True)


def _reviewed(membership: ChatGroupUser, outgoing: Outgoing, review: Review) -> HeldMessage | None:
    """Return the message as it is held now, or None where it passes. Raises TooFast, NotAllowed (``review_refused``).

    Forwards are not held: what they say is another's, and may be gone by the time that somebody looks.
    """
    require_unhurried(membership)
    if review.verdict == Verdict.PASS:
        return None
    if review.verdict == Verdict.REFUSE or outgoing.forwarded_from_id is not None:
        raise review_refusal(review)
    _check_parts(membership, outgoing)
    return held_add(membership, outgoing)


def outgoing_check(membership: ChatGroupUser, outgoing: Outgoing) -> None:
    """Raise what sending it now would raise, but for haste, and send nothing.

    The caller holds the locks of group and membership.
    """
    require_open(membership)
    policy.require(policy.may(membership, Action.MESSAGE_SEND))
    require_free_to_send(membership)
    _check_parts(membership, outgoing)


def _check_parts(membership: ChatGroupUser, outgoing: Outgoing) -> None:
    _require_reply_target(membership, outgoing.reply_to_id)
    mentions_clean(membership.group, outgoing.mention_ids)
    _files(membership, outgoing)


def require_open(membership: ChatGroupUser) -> None:
    """Raise unless something may be said here now, by this locked member.

    Conflict (``group_closed``) where the other person is gone, and the conversation can only be read; NotAllowed
    (``silenced``) where a moderator told the member to be silent for a time.
    """
    if membership.group.closed_at is not None:
        raise Conflict(_("The other person is gone; this conversation can only be read."), code="group_closed")
    if membership.silenced_until is not None and membership.silenced_until > membership.locked_at:
        raise NotAllowed(_("A moderator has silenced you in this conversation for a time."), code="silenced")


def _sent_before(membership: ChatGroupUser, outgoing: Outgoing) -> ChatMessage | None:
    """Return the message that this client_id already made. Raises KeyReused when that had other content."""
    if outgoing.client_id is None:
        return None
    message = ChatMessage.objects.filter(
        group_id=membership.group_id, sender_id=membership.user_id, client_id=outgoing.client_id
    ).first()
    if message is not None and not outgoing.has_hash(message.client_hash):
        raise KeyReused(field="client_id")
    return message


def _do_send(write: GroupWrite, membership: ChatGroupUser, outgoing: Outgoing, *, approved: bool) -> ChatMessage:
    _require_reply_target(membership, outgoing.reply_to_id)
    mentioned = mentions_clean(membership.group, outgoing.mention_ids)
    files = _files(membership, outgoing)
    message = message_add(
        write,
        sender_id=membership.user_id,
        message_type=message_type_of(files) if files else outgoing.message_type,
        message_text=outgoing.message_text,
        reference_id=outgoing.reference_id,
        reference_type=outgoing.reference_type,
        reference_list=outgoing.reference_list,
        client_id=outgoing.client_id,
        client_hash=outgoing.hash,
        reply_to_id=outgoing.reply_to_id,
        forwarded_from_id=outgoing.forwarded_from_id,
        sent_at=outgoing.sent_at,
        metadata=(outgoing.metadata or {}) | mentions_metadata(mentioned) or None,
    )
    mentions_add(message, mentioned)
    attachments_add(message, files)
    ends_draft = outgoing.ends_draft and not approved  # by then they may have begun another
    _publish_sent(message, passed_unread=_read_by_sending(membership, message, ends_draft=ends_draft))
    return message


def _files(membership: ChatGroupUser, outgoing: Outgoing) -> list[Attachment]:
    if outgoing.files_of_id is not None:
        return attachments_share(outgoing.files_of_id)
    return attachments_claim(membership.user_id, outgoing.attachment_ids) if outgoing.attachment_ids else []


def _require_reply_target(membership: ChatGroupUser, reply_to_id: UUID | None) -> None:
    """Raise InvalidInput unless the member sees the message that is replied to, with its content."""
    if reply_to_id is None:
        return
    seen = ChatMessage.objects.seen_by(membership).showing(membership.group.locked_at)
    if not seen.filter(pk=reply_to_id).exists():
        raise InvalidInput(_("There is no such message here."), code="unknown_message", field="reply_to_id")


def mentions_clean(group: ChatGroup, user_ids: Sequence[UserId], *, already: Collection[str] = ()) -> list[UserId]:
    """Return whom a message mentions, each once. Raises InvalidInput: too many, or not in the group.

    Who is mentioned ``already`` (ids as the metadata has them) may have left.
    """
    wanted = list(dict.fromkeys(user_ids))
    if len(wanted) > chat_settings.MENTIONS_MAX:
        raise InvalidInput(_("These are too many mentions."), code="too_many", field="mention_ids")
    new = [user_id for user_id in wanted if str(user_id) not in already]
    if new and group.memberships.live().filter(user__in=new).count() != len(new):
        raise InvalidInput(_("Only members can be mentioned."), code="unknown_user", field="mention_ids")
    return wanted


def mentions_metadata(user_ids: Sequence[UserId]) -> dict[str, Any]:
    """Return what a message's metadata says of its mentions."""
    return {"mentions": [str(user_id) for user_id in user_ids]} if user_ids else {}


def mentions_add(message: ChatMessage, user_ids: Sequence[UserId]) -> None:
    """Note the mentions of a message that counts; nobody is told of a mention of themselves."""
    Mention.objects.bulk_create(
        Mention(group_id=message.group_id, message=message, user_id=user_id, seq=message.seq)
        for user_id in user_ids
        if user_id != message.sender_id
    )


def _read_by_sending(membership: ChatGroupUser, message: ChatMessage, *, ends_draft: bool) -> bool:
    """Move the sender's positions to the message; return whether that passed messages not read before."""
    passed_unread = membership.read_seq < message.seq - 1
    if passed_unread:
        read_mark_add(membership, to_seq=message.seq, at=message.created_at)
    membership.read_seq = membership.delivered_seq = membership.unread_from_seq = message.seq
    membership.read_changed_at = message.created_at
    membership.flood_until = flood_until_after(membership, message.created_at)
    membership.state_version += 1
    fields = ["read_seq", "delivered_seq", "unread_from_seq", "read_changed_at", "flood_until", "state_version"]
    if ends_draft:
        membership.draft_text, membership.draft_reply_to, membership.draft_changed_at = "", None, None
        fields += ["draft_text", "draft_reply_to", "draft_changed_at"]
    membership.save(update_fields=fields)
    return passed_unread


def _publish_sent(message: ChatMessage, *, passed_unread: bool) -> None:
    message_event_publish(events.MessageCreated, message, message.sender_id)
    if passed_unread:
        events.publish(
            events.ReadAdvanced(
                group_id=message.group_id,
                actor_id=message.sender_id,
                read_seq=message.seq,
                delivered_seq=message.seq,
            )
        )
