"""The named fast path: one statement that sends a message on PostgreSQL.

It does what ``messages`` does step by step through the ORM: lock the group, then the sender's membership, decide from
what is read under the locks, insert, number and stamp. One round trip instead of seven is most of the speed of sending.

It only ever succeeds or leaves everything as it was. A stranger, a guarded or silenced member, somebody in a hurry, a
closed or slowed group, a retry under a known client_id, a membership that began while the statement waited: no row
comes back, and the ORM path decides and explains.

At READ COMMITTED a statement sees the rows of its beginning, but a row that it locks is read again as it is after the
wait, and its WHERE is checked again (PostgreSQL manual, 13.2.1). So the conditions on group and membership stand in the
queries that lock those very rows, and all later parts take their values from there.
"""

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db import connections, router

from chat import policy
from chat.adapter import User
from chat.claims import Claim, claim_of
from chat.models import ChatGroup, ChatGroupUser, ChatMessage, ReadMark
from chat.models.fields import uuid7
from chat.roles import Posting
from chat.services.reads import STAMPED_AT_MOST
from chat.services.safety.pace import flood_pace

if TYPE_CHECKING:
    from datetime import datetime

    from chat.services.sending import Outgoing


@dataclass(frozen=True, slots=True)
class FastSent:
    """The sent message, and whether sending passed messages that the sender had not read."""

    message: ChatMessage
    passed_unread: bool


def is_available() -> bool:
    """Return whether the database that chat is written to has the fast path."""
    return connections[router.db_for_write(ChatGroup)].vendor == "postgresql"


def fast_send(*, group_id: UUID, sender: User, outgoing: "Outgoing") -> FastSent | None:
    """Send ``outgoing``, which is plain, or return None with nothing changed: then the ORM path must decide.

    Who may: as for ``outgoing_send``, whose second half this is. What a ``ClaimedUser`` claims must hold. Locks
    the group, then the sender's membership.
    """
    using = router.db_for_write(ChatGroup)
    claim = claim_of(sender)
    message = ChatMessage(
        id=uuid7(),
        group_id=group_id,
        sender_id=claim.user_id if claim else sender.pk,
        message_text=outgoing.message_text,
        reference_id=outgoing.reference_id,
        reference_type=outgoing.reference_type,
        client_id=outgoing.client_id,
        client_hash=outgoing.hash,
    )
    with connections[using].cursor() as cursor:
        cursor.execute(_statement(claim), _parameters(message, claim))
        row: tuple[int, int, datetime, datetime | None, bool] | None = cursor.fetchone()
    if row is None:
        return None
    message.seq, message.version, message.created_at, message.expires_at, passed_unread = row
    message.changed_at = message.created_at
    message._state.adding = False  # noqa: SLF001 (as Model.from_db does)
    message._state.db = using  # noqa: SLF001
    return FastSent(message, passed_unread)


def _parameters(message: ChatMessage, claim: Claim | None) -> dict[str, Any]:
    names = ("message_text", "reference_id", "reference_type", "message_type", "client_id", "client_hash")
    pace = flood_pace()
    return {name: getattr(message, name) for name in names} | {
        "interval": pace and pace.interval,
        "ahead": pace and pace.ahead,
        "id": message.pk,
        "group": message.group_id,
        "sender": message.sender_id,
        "stamped_at_most": STAMPED_AT_MOST,
        "password_md5": claim and claim.password_md5,
    }


def _statement(claim: Claim | None) -> str:
    return _statement_where(_claimed(claim) if claim else "")


@cache
def _statement_where(claimed: str) -> str:
    # Everything interpolated is a name of a table, or a word of the permission table, never input.
    # PostgreSQL cannot know how few messages were passed. In a subquery of its own it sees a range of numbers, and an
    # array it looks up in the index; where both were joins it expected many, and read the whole table of messages.
    return f"""
WITH locked_group AS (
    SELECT id, group_type, posting, message_lifetime, last_seq, version, last_message_at
    FROM {ChatGroup._meta.db_table}
    WHERE id = %(group)s AND deleted_at IS NULL AND closed_at IS NULL AND slow_mode IS NULL
    FOR NO KEY UPDATE
), sender AS (
    SELECT member.id, member.read_seq, member.visible_from_seq
    FROM {ChatGroupUser._meta.db_table} member, locked_group
    WHERE member.group_id = locked_group.id AND member.user_id = %(sender)s AND member.left_at IS NULL
        AND NOT member.is_guarded {claimed}
        AND (member.silenced_until IS NULL OR member.silenced_until <= clock_timestamp())
        AND (member.flood_until IS NULL OR member.flood_until <= clock_timestamp() + %(ahead)s::interval)
        AND concat_ws(' ', locked_group.posting, locked_group.group_type, member.role) IN ({_allowed()})
    FOR NO KEY UPDATE OF member
), sent AS (
    INSERT INTO {ChatMessage._meta.db_table} (
        id, group_id, seq, version, sender_id, message_type, message_text, reference_id, reference_type,
        client_id, client_hash, counts, created_at, changed_at, expires_at
    )
    SELECT %(id)s, locked_group.id, locked_group.last_seq + 1, locked_group.version + 1, %(sender)s, %(message_type)s,
        %(message_text)s, %(reference_id)s, %(reference_type)s, %(client_id)s, %(client_hash)s, true,
        clock.at, clock.at, clock.at + make_interval(secs => locked_group.message_lifetime)
    FROM locked_group, sender, LATERAL (
        SELECT greatest(clock_timestamp(), locked_group.last_message_at + interval '1 microsecond') AS at
    ) clock
    ON CONFLICT (group_id, sender_id, client_id) WHERE client_id IS NOT NULL DO NOTHING
    RETURNING seq, version, created_at, expires_at
), numbered AS (
    UPDATE {ChatGroup._meta.db_table} target
    SET last_seq = sent.seq, version = sent.version, last_message_at = sent.created_at, changed_at = sent.created_at
    FROM sent WHERE target.id = %(group)s
), moved AS (
    UPDATE {ChatGroupUser._meta.db_table} target
    SET read_seq = sent.seq, delivered_seq = sent.seq, unread_from_seq = sent.seq, read_changed_at = sent.created_at,
        flood_until = greatest(target.flood_until, sent.created_at) + %(interval)s::interval,
        state_version = target.state_version + 1, draft_text = '', draft_reply_to = NULL, draft_changed_at = NULL
    FROM sent, sender WHERE target.id = sender.id
), marked AS (
    INSERT INTO {ReadMark._meta.db_table} (group_id, user_id, seq, at)
    SELECT %(group)s, %(sender)s, sent.seq, sent.created_at FROM sent, sender WHERE sender.read_seq < sent.seq - 1
), passed AS (
    SELECT message.id FROM sent, sender, LATERAL (
        SELECT id FROM {ChatMessage._meta.db_table}
        WHERE group_id = %(group)s AND seq < sent.seq AND read_at IS NULL AND sender_id IS DISTINCT FROM %(sender)s
            AND seq > greatest(sender.read_seq, sender.visible_from_seq - 1, sent.seq - %(stamped_at_most)s)
        ORDER BY seq
        FOR NO KEY UPDATE
    ) message
), stamped AS (
    UPDATE {ChatMessage._meta.db_table} target SET read_at = sent.created_at
    FROM sent WHERE target.id = ANY (ARRAY(SELECT id FROM passed))
)
SELECT sent.seq, sent.version, sent.created_at, sent.expires_at, sender.read_seq < sent.seq - 1 FROM sent, sender
"""  # noqa: S608


def _claimed(claim: Claim) -> str:
    """Return what must hold of the account for the claim, as one more condition."""
    person = get_user_model()._meta
    conditions = [f"person.{person.pk.column} = member.user_id"]
    if claim.must_be_active:
        conditions.append(f"person.{person.get_field('is_active').column}")
    if claim.password_md5 is not None:
        conditions.append(f"upper(md5(person.{person.get_field('password').column})) = %(password_md5)s")
    return f"AND EXISTS (SELECT 1 FROM {person.db_table} person WHERE {' AND '.join(conditions)})"  # noqa: S608


def _allowed() -> str:
    triples = [(posting, *pair) for posting in Posting.values for pair in sorted(policy.sending_roles(posting))]
    return ", ".join(f"'{posting} {group_type} {role}'" for posting, group_type, role in triples)
