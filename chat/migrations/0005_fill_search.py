"""Write the search entries of messages that were there before search, on PostgreSQL, a few thousand at a time.

Can be run again: an entry that is there stays. Going back needs nothing, as the entries go with their table.
"""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

BATCH = 5000

SQL = """
WITH batch AS (SELECT id FROM chat_chatmessage WHERE %(after)s::uuid IS NULL OR id > %(after)s ORDER BY id LIMIT %(size)s),
written AS MATERIALIZED (SELECT id, chat_search_write(id) FROM batch)
SELECT id FROM written ORDER BY id DESC LIMIT 1
"""


def fill(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    if schema_editor.connection.vendor != "postgresql":
        return
    with schema_editor.connection.cursor() as cursor:
        row = (None,)
        while row:
            cursor.execute(SQL, {"after": row[0], "size": BATCH})
            row = cursor.fetchone()


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("chat", "0004_search")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop, elidable=True)]
