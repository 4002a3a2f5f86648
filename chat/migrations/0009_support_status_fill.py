"""Requests from before the desk are open, and have the row that the desk keeps beside each request."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

BATCH = 1000


def fill(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Give requests a status and their row, in batches; what has them is passed over."""
    groups = apps.get_model("chat", "ChatGroup").objects.using(schema_editor.connection.alias)
    requests = apps.get_model("chat", "SupportRequest").objects.using(schema_editor.connection.alias)
    waiting = groups.filter(client_user__isnull=False, support_status__isnull=True).order_by("pk")
    while keys := list(waiting.values_list("pk", flat=True)[:BATCH]):
        requests.bulk_create([requests.model(group_id=key) for key in keys], ignore_conflicts=True)
        groups.filter(pk__in=keys).update(support_status="open")


def empty(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Take back what ``fill`` gave."""
    alias = schema_editor.connection.alias
    apps.get_model("chat", "SupportRequest").objects.using(alias).all().delete()
    apps.get_model("chat", "ChatGroup").objects.using(alias).update(support_status=None)


class Migration(migrations.Migration):
    """Data only: the columns come before, the rules after."""

    dependencies = [("chat", "0008_support_desk")]

    operations = [migrations.RunPython(fill, empty)]
