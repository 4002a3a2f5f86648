"""What search needs: an entry for each message and, on PostgreSQL, the functions that write many, and triggers.

Entries are written later than messages, in batches; ``SearchProgress`` says for each group up to which number. Whoever
writes entries locks that row first. Triggers rewrite the entries of messages that change afterwards.

The index has, for each entry: every three characters of a word in a row, what is left at its end (so one and two
characters are found as beginnings of three), the stems of its English words, its group, and its time in windows of
four sizes. One index so answers what, where and when together.
"""

import django.db.models.deletion
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

FOLD = """
CREATE FUNCTION chat_search_fold(original text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT {folded}
$$
"""

# In PL/pgSQL, which keeps its plans: a function in SQL would be planned anew with every message.
KEYS = """
CREATE FUNCTION chat_search_keys(chat_group uuid, at timestamptz, folded text, stems tsvector) RETURNS tsvector
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
    seconds bigint := extract(epoch FROM at);
    one text[] := string_to_array(left(folded, 20000), NULL);
BEGIN
    RETURN stems || array_to_tsvector(
        ARRAY[
            '#' || chat_group,
            '@12:' || (seconds >> 12), '@17:' || (seconds >> 17), '@22:' || (seconds >> 22), '@27:' || (seconds >> 27)
        ] || ARRAY(
            SELECT concat(a, b, c) FROM unnest(one, one[2:], one[3:]) AS three (a, b, c)
            WHERE a NOT IN (' ', E'\\n', E'\\r', E'\\t')
        )
    );
END
$$
"""

TEXT = """
CREATE FUNCTION chat_search_text(written uuid, said text, more jsonb) RETURNS text LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN chat_search_fold(concat_ws(
        E'\\n',
        said,
        CASE WHEN more ? 'poll' THEN
            (SELECT string_agg(option ->> 'text', E'\\n') FROM jsonb_array_elements(more #> '{poll,options}') option)
        END,
        more #>> '{location,name}',
        (SELECT string_agg(name, E'\\n' ORDER BY position) FROM chat_attachment WHERE message_id = written AND dropped_at IS NULL)
    ));
END
$$
"""

# Whoever calls it holds the lock of the group's progress.
WRITE = """
CREATE FUNCTION chat_search_write(written uuid[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM chat_searchentry WHERE message_id = ANY (written);
    INSERT INTO chat_searchentry (message_id, group_id, created_at, search_text, stems)
    SELECT id, group_id, created_at, text, strip(to_tsvector('pg_catalog.english', text))
    FROM (
        SELECT id, group_id, created_at, chat_search_text(id, message_text, metadata) AS text
        FROM chat_chatmessage WHERE id = ANY (written) OFFSET 0
    ) made
    WHERE text <> '';
END
$$
"""

# Messages are committed in the order of their numbers, so whatever a statement sees is all there is up to its last.
# Each statement in here sees what was committed before it began, and so before the lock was had.
FILL = """
CREATE FUNCTION chat_search_fill(chat_groups uuid[], at_most bigint) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    chat_group uuid;
    filled bigint;
    ids uuid[];
    reached bigint;
    remaining bigint := at_most;
BEGIN
    FOREACH chat_group IN ARRAY chat_groups LOOP
        EXIT WHEN remaining <= 0;
        SELECT seq INTO filled FROM chat_searchprogress WHERE group_id = chat_group FOR UPDATE;
        CONTINUE WHEN NOT FOUND;
        SELECT array_agg(id), CASE
            WHEN count(*) = remaining THEN max(seq)
            ELSE greatest(filled, max(seq), (SELECT last_seq FROM chat_chatgroup WHERE id = chat_group))
        END INTO ids, reached
        FROM (
            SELECT id, seq FROM chat_chatmessage
            WHERE group_id = chat_group AND seq > filled ORDER BY seq LIMIT remaining
        ) batch;
        PERFORM chat_search_write(ids);
        UPDATE chat_searchprogress SET seq = reached WHERE group_id = chat_group;
        remaining := remaining - coalesce(cardinality(ids), 0);
    END LOOP;
    RETURN at_most - remaining;
END
$$
"""

# The lock comes before the comparison: who fills right now may have read what was there before the change.
REWRITE = """
CREATE FUNCTION chat_search_rewrite(written uuid, chat_group uuid, number bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    filled bigint;
BEGIN
    SELECT seq INTO filled FROM chat_searchprogress WHERE group_id = chat_group FOR UPDATE;
    IF number <= filled THEN
        PERFORM chat_search_write(ARRAY[written]);
    END IF;
END
$$
"""

ON_GROUP = """
CREATE FUNCTION chat_search_on_group() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO chat_searchprogress (group_id, seq) VALUES (NEW.id, 0);
    RETURN NULL;
END
$$;
CREATE TRIGGER chat_search_grouped AFTER INSERT ON chat_chatgroup
FOR EACH ROW EXECUTE FUNCTION chat_search_on_group();
INSERT INTO chat_searchprogress (group_id, seq) SELECT id, 0 FROM chat_chatgroup ON CONFLICT DO NOTHING
"""

# None on INSERT: sending pays nothing for search.
ON_MESSAGE = """
CREATE FUNCTION chat_search_on_message() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM chat_search_rewrite(NEW.id, NEW.group_id, NEW.seq);
    RETURN NULL;
END
$$;
CREATE TRIGGER chat_search_updated AFTER UPDATE OF message_text, metadata ON chat_chatmessage
FOR EACH ROW WHEN (
    OLD.message_text IS DISTINCT FROM NEW.message_text
    OR OLD.metadata #>> '{location,name}' IS DISTINCT FROM NEW.metadata #>> '{location,name}'
    OR jsonb_path_query_array(coalesce(OLD.metadata, '{}'), '$.poll.options[*].text')
        <> jsonb_path_query_array(coalesce(NEW.metadata, '{}'), '$.poll.options[*].text')
)
EXECUTE FUNCTION chat_search_on_message();
CREATE FUNCTION chat_search_on_delete() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM chat_searchprogress WHERE group_id = OLD.group_id FOR UPDATE;
    DELETE FROM chat_searchentry WHERE message_id = OLD.id;
    RETURN NULL;
END
$$;
CREATE TRIGGER chat_search_deleted AFTER DELETE ON chat_chatmessage
FOR EACH ROW EXECUTE FUNCTION chat_search_on_delete()
"""

# A file comes to its message in the transaction that sends it, which nobody fills from before it is over.
ON_ATTACHMENT = """
CREATE FUNCTION chat_search_on_attachment() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM chat_search_rewrite(NEW.message_id, NEW.group_id, NEW.seq);
    RETURN NULL;
END
$$;
CREATE TRIGGER chat_search_file AFTER UPDATE OF name, dropped_at ON chat_attachment
FOR EACH ROW WHEN (
    OLD.message_id IS NOT NULL AND NEW.message_id IS NOT NULL
    AND (OLD.name, OLD.dropped_at) IS DISTINCT FROM (NEW.name, NEW.dropped_at)
)
EXECUTE FUNCTION chat_search_on_attachment()
"""

INDEX = """
CREATE INDEX chat_search_keys ON chat_searchentry
USING gin (chat_search_keys(group_id, created_at, search_text, stems)) WITH (fastupdate = on, gin_pending_list_limit = 1024)
"""

REMOVE = (
    "DROP TRIGGER chat_search_file ON chat_attachment",
    "DROP TRIGGER chat_search_updated ON chat_chatmessage",
    "DROP TRIGGER chat_search_deleted ON chat_chatmessage",
    "DROP TRIGGER chat_search_grouped ON chat_chatgroup",
    "DROP FUNCTION chat_search_on_delete(), chat_search_on_attachment(), chat_search_on_message(), chat_search_on_group()",
    "DROP FUNCTION chat_search_rewrite(uuid, uuid, bigint), chat_search_fill(uuid[], bigint), chat_search_write(uuid[])",
    "DROP FUNCTION chat_search_text(uuid, text, jsonb)",
    "DROP INDEX chat_search_keys",
    "DROP FUNCTION chat_search_keys(uuid, timestamptz, text, tsvector), chat_search_fold(text)",
    "ALTER TABLE chat_searchentry DROP COLUMN stems",
)


def install(apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
    if schema_editor.connection.vendor != "postgresql":
        return
    schema_editor.execute("ALTER TABLE chat_searchentry ADD COLUMN stems tsvector NOT NULL")
    for sql in (_fold(schema_editor), KEYS, TEXT, WRITE, FILL, REWRITE, ON_GROUP, ON_MESSAGE, ON_ATTACHMENT, INDEX):
        schema_editor.execute(sql, params=None)


def remove(apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
    if schema_editor.connection.vendor == "postgresql":
        for sql in REMOVE:
            schema_editor.execute(sql)


def _fold(schema_editor: BaseDatabaseSchemaEditor) -> str:
    """Fold by ICU where PostgreSQL has it, so that the database's locale does not matter."""
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(
            "SELECT getdatabaseencoding() = 'UTF8', EXISTS (SELECT FROM pg_collation WHERE collname = 'und-x-icu')"
        )
        unicode, icu = cursor.fetchone()
    if not unicode:
        return FOLD.format(folded="lower(original)")
    collation = ' COLLATE "und-x-icu"' if icu else ""
    return FOLD.format(folded=f"replace(lower(normalize(original, NFKC){collation}), 'ς', '\u03c3')")


class Migration(migrations.Migration):
    dependencies = [("chat", "0003_messages_and_files")]

    operations = [
        migrations.CreateModel(
            name="SearchEntry",
            fields=[
                (
                    "message",
                    models.OneToOneField(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="search_entry",
                        serialize=False,
                        to="chat.chatmessage",
                    ),
                ),
                (
                    "group",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="chat.chatgroup",
                    ),
                ),
                ("created_at", models.DateTimeField()),
                ("search_text", models.TextField()),
            ],
        ),
        migrations.CreateModel(
            name="SearchProgress",
            fields=[
                (
                    "group",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="search_progress",
                        serialize=False,
                        to="chat.chatgroup",
                    ),
                ),
                ("seq", models.PositiveBigIntegerField(default=0)),
            ],
        ),
        migrations.RunPython(install, remove, elidable=False),
        # The lists of what a group shares.
        migrations.AddIndex(
            model_name="attachment",
            index=models.Index(
                condition=models.Q(
                    ("dropped_at__isnull", True), ("kind__in", ["image", "video"]), ("message__isnull", False)
                ),
                fields=["group", "-seq", "position"],
                name="chat_attachment_media",
            ),
        ),
        migrations.AddIndex(
            model_name="chatmessage",
            index=models.Index(
                condition=models.Q(("deleted_at__isnull", True), ("message_text__contains", "://")),
                fields=["group", "seq"],
                name="chat_message_links",
            ),
        ),
        migrations.AddIndex(
            model_name="chatmessage",
            index=models.Index(
                condition=models.Q(
                    models.Q(
                        ("reference_list__isnull", False),
                        models.Q(("reference_id", ""), _negated=True),
                        _connector="OR",
                    ),
                    ("deleted_at__isnull", True),
                ),
                fields=["group", "seq"],
                name="chat_message_refs",
            ),
        ),
    ]
