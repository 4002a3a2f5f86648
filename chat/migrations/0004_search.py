"""What search needs: an entry for each message and, on PostgreSQL, the functions and triggers that write it.

The index has, for each entry: every three characters of a word in a row, what is left at its end (so one and two
characters are found as beginnings of three), the stems of its English words, its group, and its time in windows of
four sizes. One index so answers what, where and when together.
"""

import django.db.models.deletion
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

FOLD = """
CREATE FUNCTION chat_search_fold(original text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT replace(lower({normalized}{collation}), U&'\03C2', U&'\03C3')
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

WRITE = """
CREATE FUNCTION chat_search_write(written uuid) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    entry record;
BEGIN
    SELECT group_id, created_at, chat_search_fold(concat_ws(
        E'\\n',
        message_text,
        CASE WHEN metadata ? 'poll' THEN
            (SELECT string_agg(option ->> 'text', E'\\n') FROM jsonb_array_elements(metadata #> '{poll,options}') option)
        END,
        metadata #>> '{location,name}',
        (SELECT string_agg(name, E'\\n' ORDER BY position) FROM chat_attachment WHERE message_id = written AND dropped_at IS NULL)
    )) AS text INTO entry FROM chat_chatmessage WHERE id = written;
    IF entry.text <> '' THEN
        INSERT INTO chat_searchentry AS old (message_id, group_id, created_at, search_text, stems)
        VALUES (written, entry.group_id, entry.created_at, entry.text, strip(to_tsvector('pg_catalog.english', entry.text)))
        ON CONFLICT (message_id) DO UPDATE SET search_text = excluded.search_text, stems = excluded.stems
        WHERE old.search_text <> excluded.search_text;
    ELSE
        DELETE FROM chat_searchentry WHERE message_id = written;
    END IF;
END
$$
"""

ON_MESSAGE = """
CREATE FUNCTION chat_search_on_message() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM chat_search_write(NEW.id);
    RETURN NULL;
END
$$;
CREATE TRIGGER chat_search_inserted AFTER INSERT ON chat_chatmessage
FOR EACH ROW WHEN (NEW.message_text IS NOT NULL OR NEW.metadata IS NOT NULL)
EXECUTE FUNCTION chat_search_on_message();
CREATE TRIGGER chat_search_updated AFTER UPDATE OF message_text, metadata ON chat_chatmessage
FOR EACH ROW WHEN (
    OLD.message_text IS DISTINCT FROM NEW.message_text
    OR OLD.metadata -> 'poll' IS DISTINCT FROM NEW.metadata -> 'poll'
    OR OLD.metadata -> 'location' IS DISTINCT FROM NEW.metadata -> 'location'
)
EXECUTE FUNCTION chat_search_on_message();
CREATE FUNCTION chat_search_on_delete() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM chat_searchentry WHERE message_id = OLD.id;
    RETURN NULL;
END
$$;
CREATE TRIGGER chat_search_deleted AFTER DELETE ON chat_chatmessage
FOR EACH ROW EXECUTE FUNCTION chat_search_on_delete()
"""

ON_ATTACHMENT = """
CREATE FUNCTION chat_search_on_attachment() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM chat_search_write(NEW.message_id);
    RETURN NULL;
END
$$;
CREATE TRIGGER chat_search_file AFTER INSERT OR UPDATE OF message_id, name, dropped_at ON chat_attachment
FOR EACH ROW WHEN (NEW.message_id IS NOT NULL)
EXECUTE FUNCTION chat_search_on_attachment()
"""

INDEX = """
CREATE INDEX chat_search_keys ON chat_searchentry
USING gin (chat_search_keys(group_id, created_at, search_text, stems)) WITH (fastupdate = on, gin_pending_list_limit = 1024)
"""

REMOVE = (
    "DROP TRIGGER chat_search_file ON chat_attachment",
    "DROP TRIGGER chat_search_updated ON chat_chatmessage",
    "DROP TRIGGER chat_search_inserted ON chat_chatmessage",
    "DROP TRIGGER chat_search_deleted ON chat_chatmessage",
    "DROP FUNCTION chat_search_on_delete(), chat_search_on_attachment(), chat_search_on_message(), chat_search_write(uuid)",
    "DROP INDEX chat_search_keys",
    "DROP FUNCTION chat_search_keys(uuid, timestamptz, text, tsvector), chat_search_fold(text)",
    "ALTER TABLE chat_searchentry DROP COLUMN stems",
)


def install(apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
    if schema_editor.connection.vendor != "postgresql":
        return
    schema_editor.execute("ALTER TABLE chat_searchentry ADD COLUMN stems tsvector NOT NULL")
    for sql in (_fold(schema_editor), KEYS, WRITE, ON_MESSAGE, ON_ATTACHMENT, INDEX):
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
    return FOLD.format(
        normalized="normalize(original, NFKC)" if unicode else "original",
        collation=' COLLATE "und-x-icu"' if icu and unicode else "",
    )


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
