"""Write the search entries of messages that were there before search, on PostgreSQL, some hundreds at a time.

Can be stopped and run again: each batch notes how far it came. Going back needs nothing, as the entries go with their
table.
"""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

BATCH = 500

BEHIND = """
SELECT id FROM chat_chatgroup JOIN chat_searchprogress ON group_id = id WHERE seq < last_seq ORDER BY id
"""


def fill(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    if schema_editor.connection.vendor != "postgresql":
        return
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(BEHIND)
        for (group,) in cursor.fetchall():
            filled = BATCH
            while filled == BATCH:
                cursor.execute("SELECT chat_search_fill(ARRAY[%s::uuid], %s)", [group, BATCH])
                [filled] = cursor.fetchone()


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("chat", "0004_search")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop, elidable=True)]
