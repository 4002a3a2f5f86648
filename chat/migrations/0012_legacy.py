import django.db.models.functions.text
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("auth", "__first__"),
        ("chat", "0011_safety"),
    ]

    operations = [
        migrations.CreateModel(
            name="LegacyNumber",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("conversation", "Conversation"),
                            ("message", "Message"),
                            ("call", "Call"),
                            ("poll", "Poll"),
                            ("connection", "Connection"),
                        ],
                        max_length=32,
                        verbose_name="kind",
                    ),
                ),
                ("number", models.PositiveBigIntegerField(verbose_name="number")),
                ("new_id", models.UUIDField(verbose_name="new id")),
            ],
            options={
                "verbose_name": "number of an older surface",
                "verbose_name_plural": "numbers of an older surface",
                "constraints": [
                    models.UniqueConstraint(fields=("kind", "number"), name="chat_number_once"),
                    models.UniqueConstraint(fields=("kind", "new_id"), name="chat_number_of"),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["conversation", "message", "call", "poll", "connection"])),
                        name="chat_number_kind_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LegacyRow",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("source", models.CharField(max_length=32, verbose_name="source")),
                ("database", models.CharField(max_length=64, verbose_name="database")),
                ("table", models.CharField(max_length=128, verbose_name="table")),
                ("old_id", models.CharField(max_length=255, verbose_name="old id")),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("kept", "Kept"),
                            ("merged", "Merged"),
                            ("quarantined", "Quarantined"),
                            ("reported", "Reported"),
                        ],
                        max_length=16,
                        verbose_name="outcome",
                    ),
                ),
                ("reason", models.CharField(blank=True, default="", max_length=64, verbose_name="reason")),
                ("flags", models.JSONField(blank=True, default=list, verbose_name="flags")),
                ("new_model", models.CharField(blank=True, default="", max_length=64, verbose_name="new model")),
                ("new_id", models.CharField(blank=True, default="", max_length=64, verbose_name="new id")),
                ("run", models.UUIDField(verbose_name="run")),
                ("fingerprint", models.CharField(help_text="Hash of the source row.", max_length=64)),
                ("folded_version", models.PositiveBigIntegerField(blank=True, null=True)),
            ],
            options={
                "verbose_name": "row of an older chat",
                "verbose_name_plural": "rows of older chats",
                "indexes": [
                    models.Index(
                        condition=models.Q(("new_id", ""), _negated=True),
                        fields=["new_model", "new_id"],
                        name="chat_legacy_new",
                    ),
                    models.Index(fields=["run"], name="chat_legacy_run"),
                    models.Index(
                        models.F("source"),
                        models.F("table"),
                        models.OrderBy(django.db.models.functions.text.Length("old_id"), descending=True),
                        models.OrderBy(models.F("old_id"), descending=True),
                        name="chat_legacy_highest",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("source", "database", "table", "old_id"), name="chat_legacy_once"),
                    models.CheckConstraint(
                        condition=models.Q(("outcome__in", ["kept", "merged", "quarantined", "reported"])),
                        name="chat_legacy_outcome",
                    ),
                ],
            },
        ),
    ]
