"""An older Astegni database with any number of messages, filled by SQL: what years of use would have left."""

from django.contrib.auth.models import User
from django.db import connection

from benchmarks.database import run_sql
from benchmarks.filling import create_people
from tests.legacy.astegni.schema import PROFILES, State, statements, table_names

PEOPLE = 4_000
MESSAGES_EACH = 20
"""Messages in a conversation."""
SAME_PAIR = 16
"""How many conversations two people have where each is there under four roles."""


def create_tables() -> None:
    """Make the tables, as deployed half way."""
    for statement in statements(connection, State.S2):
        run_sql(statement)


def drop_tables() -> None:
    """Remove the tables."""
    for table in [*table_names(State.S2), *(name for name, _ in PROFILES.values())]:
        run_sql(f"DROP TABLE {table}")


def fill(messages: int) -> None:
    """Fill the tables: two of five conversations are one of SAME_PAIR of the same two people, one of twenty is a group.

    A reaction stands on each twentieth message and a reply is each tenth; of a hundred one is deleted, one edited, one
    hidden by somebody; of fifty participants one has cleared, and all have read half.
    """
    first = min(user.pk for user in create_people(PEOPLE))
    assert User.objects.filter(pk__gte=first).count() == PEOPLE
    conversations = messages // MESSAGES_EACH
    values = {"first": first, "people": PEOPLE, "conversations": conversations, "messages": messages}
    for place, (table, user_column) in enumerate(PROFILES.values()):
        run_sql(
            f"INSERT INTO {table} (id, {user_column}) SELECT n + %(shift)s, %(first)s + n - 1"
            " FROM generate_series(1, %(people)s) n",
            **values,
            shift=place,
        )
    for statement in _FILL:
        run_sql(statement, **values)
    run_sql("ANALYZE")


# Pair k is of the people k % people and the one so many further on; a group is of its pair and six more.
_FILL = (
    """
    CREATE TEMPORARY TABLE pairs AS SELECT n AS id, kind, role, a, (a + 1 + k / %(people)s) %% %(people)s AS b
    FROM (
        SELECT n, CASE WHEN n %% 20 = 0 THEN 'group' ELSE 'direct' END AS kind,
            CASE WHEN n %% 20 BETWEEN 1 AND 8 THEN n / 20 %% 16 ELSE 0 END AS role,
            CASE WHEN n %% 20 BETWEEN 1 AND 8 THEN n / 320 * 8 + n %% 20 ELSE %(conversations)s + n END AS k
        FROM generate_series(1, %(conversations)s) n
    ) drawn CROSS JOIN LATERAL (SELECT k %% %(people)s AS a) who
    """,
    """
    INSERT INTO conversations (type, name, created_by_profile_id, created_by_profile_type, created_by_user_id,
        is_archived, is_muted, created_at, updated_at)
    SELECT kind, CASE kind WHEN 'group' THEN 'Group ' || id END, NULL, NULL, %(first)s + a, false, false,
        timestamp '2023-01-01' + id * interval '1 second', timestamp '2023-01-01' + id * interval '1 second'
    FROM pairs ORDER BY id
    """,
    """
    INSERT INTO conversation_participants (conversation_id, profile_id, profile_type, user_id, role, is_muted,
        is_pinned, last_read_at, is_active, joined_at, chat_cleared_at, created_at, updated_at)
    SELECT id, who + 1 + side, (array['student', 'tutor', 'parent', 'advertiser'])[1 + side], %(first)s + who, 'member',
        false, false, timestamp '2023-06-01', true, at,
        CASE WHEN (id + who) %% 50 = 0 THEN timestamp '2023-03-01' END, at, at
    FROM pairs CROSS JOIN LATERAL (
        SELECT a, role / 4 UNION ALL SELECT b, role %% 4
        UNION ALL SELECT (b + n * 97) %% %(people)s, 0 FROM generate_series(1, 6) n WHERE kind = 'group'
    ) seat (who, side)
    CROSS JOIN LATERAL (SELECT timestamp '2023-01-01' + id * interval '1 second' AS at) began
    ON CONFLICT DO NOTHING
    """,
    """
    INSERT INTO chat_messages (conversation_id, sender_profile_id, sender_profile_type, sender_user_id, message_type,
        content, reply_to_id, is_edited, edited_at, original_content, is_deleted, deleted_at, deleted_for_everyone,
        is_pinned, created_at, updated_at, deleted_for_user_ids, is_forwarded)
    SELECT pairs.id, sender + 1, 'student', %(first)s + sender, 'text', 'Message ' || n || ', as long as people write.',
        CASE WHEN n %% 10 = 0 AND n > %(conversations)s THEN n - %(conversations)s END, n %% 100 = 1,
        CASE n %% 100 WHEN 1 THEN at END, CASE n %% 100 WHEN 1 THEN 'Before' END, n %% 100 = 2,
        CASE n %% 100 WHEN 2 THEN at END, n %% 100 = 2, false, at, at,
        CASE n %% 100 WHEN 3 THEN jsonb_build_array(%(first)s + sender) ELSE '[]' END, false
    FROM generate_series(1, %(messages)s) n
    JOIN pairs ON pairs.id = 1 + n::bigint * 7919 %% %(conversations)s
    CROSS JOIN LATERAL (SELECT CASE n / %(conversations)s %% 2 WHEN 0 THEN a ELSE b END AS sender,
        timestamp '2023-01-02' + n * interval '25 seconds' AS at) said
    ORDER BY n
    """,
    """
    INSERT INTO message_reactions (message_id, profile_id, profile_type, user_id, reaction, created_at)
    SELECT id, sender_profile_id, 'student', sender_user_id, 'heart', created_at FROM chat_messages WHERE id %% 20 = 0
    """,
)
