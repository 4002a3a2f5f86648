"""Fold older chats that the setting FOLD_ON_MIGRATE names, where their tables are found; nothing on any other host.

The engine is that of the command, and works on the models of this migration. It goes in batches, and can be stopped and
run again. Going back removes what this migration made, and stops with the list where people have written since.
"""

from django.apps.registry import Apps
from django.conf import settings
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from chat.legacy.migrating import found_fold, found_undo


def fold(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    found_fold(apps, schema_editor.connection.alias)


def undo(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    found_undo(apps, schema_editor.connection.alias)


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("chat", "0013_erasures_wait"),
    ]

    operations = [migrations.RunPython(fold, undo)]
