"""What a source yields: rows of an older chat in one typed shape, whatever its tables look like.

Times are aware and in UTC; None where the old row has none, or one that cannot be read. People are named as the old row
names them; ``chat.legacy.identity`` finds out who they are.

Nobody changes them. Those of which there are many are not frozen all the same: to set and to copy each field of a
frozen one by stealth takes long.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple
from uuid import UUID

IMPLIED = "(conversation)"
"""The table in ``LegacyRow`` of conversations that have no row of their own. It is none of the source's, and counted
nowhere.

Of every conversation, with a row or without, ``LegacyRow`` says kept where the fold made its group, and merged where
that was there: made for another conversation, or by people here. By that undoing knows which groups to remove whole.
Its ``folded_version`` is the version that the group had after the last batch that wrote into it: above it are people's.
"""


class Row(NamedTuple):
    """One row of an old table. Keys of several columns are joined by ``:``."""

    table: str
    old_id: str
    fingerprint: str
    """Hash of all its columns: a later run sees by it what changed."""


class OldPerson(NamedTuple):
    """Whom an old row names: by profile, by user, or by both, which may disagree."""

    user_id: str | int | UUID | None = None
    profile_type: str | None = None
    profile_id: int | None = None


class Kind(StrEnum):
    """What a conversation was. A direct is one of two people, whoever turns out to be in it."""

    DIRECT = "direct"
    GROUP = "group"
    CHANNEL = "channel"
    SUPPORT = "support"


@dataclass(slots=True, kw_only=True)
class OldMember:
    """One row of somebody in a conversation; the same person may have several."""

    person: OldPerson
    row: Row | None = None
    """None where the old chat has no row for it (one-to-one rows)."""
    role: str = "member"
    active: bool = True
    """False: they had left, and could see nothing any more."""
    joined_at: datetime | None = None
    left_at: datetime | None = None
    muted: bool = False
    pinned: bool = False
    cleared_at: datetime | None = None
    """What was written in this conversation until then, this row did not show any more."""
    read_at: datetime | None = None
    read_message: str | None = None
    """Id of the newest message read."""
    changed_at: datetime | None = None
    flags: Sequence[str] = ()


@dataclass(slots=True, kw_only=True)
class OldConversation:
    """One conversation with everybody who is or was in it."""

    key: str
    """Unique in its source; what its messages name. The old id where the conversation has a row of its own."""
    kind: Kind
    members: Sequence[OldMember] = ()
    row: Row | None = None
    name: str | None = None
    description: str = ""
    created_by: OldPerson | None = None
    client: OldPerson | None = None
    """Whose request it is: of a support conversation alone."""
    created_at: datetime | None = None
    archived: bool = False
    """For everybody in it."""
    keep_id: UUID | None = None
    """The id that its group shall have, where the old one can be kept."""
    flags: Sequence[str] = ()


class MessageKey(NamedTuple):
    """Where one message belongs, without what it says."""

    old_id: str
    conversation: str
    created_at: datetime | None


@dataclass(slots=True, kw_only=True)
class OldMessage:
    """One message."""

    row: Row
    conversation: str
    sender: OldPerson | None
    """None: said by the system."""
    created_at: datetime | None
    message_type: str = "text"
    """One of ``chat.roles.MessageType``."""
    text: str | None = None
    reference_id: str = ""
    reference_type: str = "chat"
    reference_list: list[dict[str, Any]] | None = None
    reply_to: str | None = None
    """Old id of the message that it answers."""
    forwarded_from: str | None = None
    """Old id of the message whose copy it is; may be nonsense."""
    forwarded_name: str | None = None
    """Whose words these were, as the old row says; of what was not forwarded, None."""
    edited_at: datetime | None = None
    original_text: str | None = None
    """What it said before it was edited."""
    deleted: bool = False
    """For everybody."""
    deleted_at: datetime | None = None
    hidden_for: Sequence[OldPerson] = ()
    """Who deleted it for themselves."""
    pinned: bool = False
    pinned_at: datetime | None = None
    pinned_by: OldPerson | None = None
    read_at: datetime | None = None
    """When the other one read it: of chats that keep this in the message."""
    changed_at: datetime | None = None
    keep_id: UUID | None = None
    """The id that it shall have, where the old one can be kept."""
    metadata: Mapping[str, Any] = field(default_factory=dict)
    """What a message of its type keeps in ``metadata``: the place of a location."""
    legacy: Mapping[str, Any] = field(default_factory=dict)
    """What has no place of its own any more; kept in ``metadata.legacy``, shown to nobody but old surfaces."""
    flags: Sequence[str] = ()


@dataclass(slots=True, kw_only=True)
class OldReaction:
    """One emoji of one person on one message."""

    row: Row
    message: str
    person: OldPerson
    emoji: str
    created_at: datetime | None


@dataclass(slots=True, kw_only=True)
class OldReceipt:
    """One person read one message."""

    row: Row
    message: str
    person: OldPerson
    read_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OldPin:
    """A pin that has a row of its own."""

    row: Row
    message: str
    person: OldPerson | None
    pinned_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OldCall:
    """One row about a call; both sides may have written one."""

    row: Row
    conversation: str
    caller: OldPerson
    call_type: str
    """One of ``chat.choices.CallType``."""
    status: str
    """As the old chat says it."""
    started_at: datetime | None
    answered_at: datetime | None = None
    ended_at: datetime | None = None
    duration: int | None = None
    """Seconds."""
    participants: Sequence[OldPerson] = ()
    flags: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OldOption:
    """One option of a poll, in the order in which they were shown."""

    row: Row | None
    """None where the poll itself lists its options."""
    old_id: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OldVote:
    """One person's vote for one option."""

    row: Row
    option: str
    person: OldPerson
    created_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OldPoll:
    """One poll with its options and votes."""

    row: Row
    conversation: str
    message: str | None
    """Old id of the message that shows it, if any does."""
    creator: OldPerson
    question: str
    created_at: datetime | None
    options: Sequence[OldOption] = ()
    votes: Sequence[OldVote] = ()
    multiple: bool = False
    anonymous: bool = False
    closed_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OldSettings:
    """One row of somebody's settings; with several profiles a person has several."""

    row: Row
    person: OldPerson
    values: Mapping[str, Any]
    """By the names of ``chat.models.ChatSettings``; None where the old row has no value."""
    changed_at: datetime | None
    two_step: bool = False
    """Whether two-step sign-in was on: it is not folded, and must be set again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OldBlock:
    """One person blocks another."""

    row: Row
    blocker: OldPerson
    blocked: OldPerson
    reason: str
    blocked_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OldConnection:
    """One person asked another to be in contact."""

    row: Row
    requester: OldPerson
    recipient: OldPerson
    state: str
    """As the old chat says it."""
    requested_at: datetime | None
    answered_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OldReport:
    """One person reported another, or messages of theirs."""

    row: Row
    reporter: OldPerson
    reported: OldPerson
    kind: str
    reason: str
    messages: Sequence[str]
    """Old ids."""
    state: str
    reviewed_by: OldPerson | None
    reviewed_at: datetime | None
    created_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OldOther:
    """A row that is read and reported, and does not fold: sessions, two-step sign-in."""

    row: Row
    reason: str
