"""Groups with any number of messages, filled by SQL: what services would have left, in seconds instead of hours."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.contrib.auth.models import User

from benchmarks.database import run_sql
from chat.models import ChatGroup, ChatGroupUser
from chat.roles import GroupType, HistoryVisibility, Role

STARTED = datetime(2025, 1, 1, tzinfo=UTC)
RARE_ID, RARE_TYPE = "invoice-7", "field"


@dataclass(frozen=True)
class Mix:
    """What is special about some messages: ordinary ones come from all members but the first, in turn.

    Of each ``every`` messages one is deleted, one is by the system and one is the first member's own (0: none is);
    ``rare`` messages in all carry the reference RARE_ID of RARE_TYPE.
    """

    every: int = 0
    rare: int = 0


PLAIN = Mix()


def create_people(number: int) -> list[User]:
    """Return new users, as a project has them."""
    first = User.objects.count()
    return User.objects.bulk_create(
        User(username=f"person{n}", first_name=f"Person {n}", last_name="Example", email=f"person{n}@example.org")
        for n in range(first, first + number)
    )


def create_group(name: str, members: Sequence[User], messages: int, mix: Mix = PLAIN) -> ChatGroup:
    """Return a group of many in which nobody has read anything."""
    group = ChatGroup.objects.create(
        group_type=GroupType.GROUP,
        name=name,
        history_visibility=HistoryVisibility.START,
        created_by=members[0],
        last_seq=messages,
        version=messages + len(members),
        last_message_at=sent_at(messages),
        created_at=STARTED,
        changed_at=sent_at(messages),
    )
    for number, member in enumerate(members):
        ChatGroupUser.objects.create(
            group=group,
            user=member,
            role=Role.MEMBER if number else Role.OWNER,
            version=messages + number + 1,
            created_at=STARTED,
            changed_at=STARTED,
        )
    _fill(group.pk, members, messages, mix)
    return group


def enrich(group: ChatGroup, messages: int) -> None:
    """Give each of the newest ``messages`` a quote, a mention, three reactions of two kinds and a picture."""
    first, second = group.memberships.order_by("pk").values_list("user_id", flat=True)[:2]
    for statement in _ENRICH:
        run_sql(statement, group=group.pk, after=group.last_seq - messages, first=first, second=second)


_ENRICH = (
    """
    UPDATE chat_chatmessage message SET
        message_type = 'image',
        reply_to_id = (SELECT id FROM chat_chatmessage WHERE group_id = %(group)s AND seq = message.seq - 100),
        metadata = jsonb_build_object(
            'mentions', jsonb_build_array(%(first)s::text), 'reactions', '[["👍", 2], ["🎉", 1]]'::jsonb
        )
    WHERE group_id = %(group)s AND seq > %(after)s
    """,
    """
    INSERT INTO chat_messagereaction (group_id, message_id, user_id, emoji, created_at)
    SELECT %(group)s, message.id, reaction.user_id, reaction.emoji, message.created_at
    FROM chat_chatmessage message
    CROSS JOIN (VALUES (%(first)s::int, '👍'), (%(second)s, '👍'), (%(second)s, '🎉')) reaction (user_id, emoji)
    WHERE group_id = %(group)s AND seq > %(after)s
    """,
    """
    INSERT INTO chat_attachment (
        id, group_id, message_id, seq, position, uploaded_by_id, file, preview, name, mime_type, kind, size, width,
        height, scan_state, created_at
    )
    SELECT gen_random_uuid(), group_id, id, seq, 0, sender_id, 'chat/' || id, 'chat/small-' || id, 'cat.jpg',
        'image/jpeg', 'image', 80000, 1600, 1200, 'clean', created_at
    FROM chat_chatmessage WHERE group_id = %(group)s AND seq > %(after)s
    """,
)


def pin(group: ChatGroup, number: int) -> None:
    """Pin so many messages, all over the history."""
    run_sql(
        """
        UPDATE chat_chatmessage SET pinned_at = created_at, pinned_by_id = sender_id
        WHERE group_id = %(group)s AND deleted_at IS NULL AND seq %% %(step)s = %(step)s / 2 + 3
        """,
        group=group.pk,
        step=group.last_seq // number,
    )


def leave_unread(group: ChatGroup, reader: User, number: int) -> None:
    """Let ``reader`` have read all but the last ``number`` messages."""
    read = group.last_seq - number
    ChatGroupUser.objects.filter(group=group, user=reader).update(
        read_seq=read, delivered_seq=read, unread_from_seq=read, read_changed_at=STARTED
    )


def sent_at(seq: int) -> datetime:
    """Return the time of a message."""
    return STARTED + timedelta(seconds=seq)


def _fill(group_id: UUID, members: Sequence[User], messages: int, mix: Mix) -> None:
    run_sql(
        """
        INSERT INTO chat_chatmessage (
            id, group_id, seq, version, sender_id, message_type, message_text, reference_id, reference_type,
            client_hash, counts, deleted_at, deleted_by_id, created_at, changed_at
        )
        SELECT
            (left(time, 8) || '-' || right(time, 4) || substr(gen_random_uuid()::text, 14))::uuid, %(group)s, seq, seq,
            sender, CASE turn WHEN 1 THEN 'system' ELSE 'text' END, 'Message ' || seq || ', as long as people write.',
            CASE WHEN rare THEN %(rare_id)s ELSE '' END, CASE WHEN rare THEN %(rare_type)s ELSE 'chat' END,
            '', turn NOT IN (0, 1), CASE turn WHEN 0 THEN at END, CASE turn WHEN 0 THEN sender END, at, at
        FROM generate_series(1, %(messages)s) seq
        CROSS JOIN LATERAL (SELECT
            CASE WHEN %(every)s = 0 THEN -1 ELSE seq %% nullif(%(every)s, 0) END AS turn,
            %(rare)s > 0 AND seq %% greatest(%(messages)s / nullif(%(rare)s, 0), 1) = 0 AS rare,
            %(started)s + seq * interval '1 second' AS at
        ) a
        CROSS JOIN LATERAL (SELECT
            lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0') AS time,
            CASE turn WHEN 1 THEN NULL WHEN 2 THEN %(first)s
                ELSE (%(others)s::int[])[1 + seq %% %(number)s] END AS sender
        ) b
        """,
        group=group_id,
        messages=messages,
        every=mix.every,
        rare=mix.rare,
        rare_id=RARE_ID,
        rare_type=RARE_TYPE,
        started=STARTED,
        first=members[0].pk,
        others=[member.pk for member in members[1:] or members],
        number=len(members[1:] or members),
    )
