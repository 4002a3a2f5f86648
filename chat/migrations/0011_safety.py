import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import chat.files.storage
import chat.models.fields


class Migration(migrations.Migration):
    dependencies = [
        ("auth", "__first__"),
        ("chat", "0010_support_status_rules"),
    ]

    operations = [
        migrations.AddField(
            model_name="chatgroup",
            name="slow_mode",
            field=models.PositiveIntegerField(
                blank=True,
                help_text="Seconds between two messages of one member; empty: none.",
                null=True,
                verbose_name="slow mode",
            ),
        ),
        migrations.AddField(
            model_name="chatgroupuser",
            name="flood_until",
            field=models.DateTimeField(
                blank=True, editable=False, help_text="The rate limit's theoretical arrival time (GCRA).", null=True
            ),
        ),
        migrations.AddField(
            model_name="chatgroupuser",
            name="silenced_until",
            field=models.DateTimeField(
                blank=True, help_text="Set by who moderates the group.", null=True, verbose_name="may write again"
            ),
        ),
        migrations.AddConstraint(
            model_name="chatgroup",
            constraint=models.CheckConstraint(
                condition=models.Q(("slow_mode__isnull", True), ("slow_mode__gte", 1), _connector="OR"),
                name="chat_group_slow_mode_positive",
            ),
        ),
        migrations.CreateModel(
            name="AuditEntry",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=chat.models.fields.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("action", models.CharField(max_length=64, verbose_name="did")),
                ("target_type", models.CharField(max_length=64, verbose_name="to what")),
                ("target_id", models.CharField(max_length=64, verbose_name="which")),
                ("group_id", models.UUIDField(blank=True, null=True, verbose_name="in group")),
                ("details", models.JSONField(blank=True, default=dict, verbose_name="details")),
                ("at", models.DateTimeField(verbose_name="at")),
                (
                    "actor",
                    chat.models.fields.UserKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="who",
                    ),
                ),
            ],
            options={
                "verbose_name": "audit entry",
                "verbose_name_plural": "audit entries",
                "indexes": [
                    models.Index(fields=["-at", "-id"], name="chat_audit_latest"),
                    models.Index(fields=["target_type", "target_id", "at"], name="chat_audit_target"),
                    models.Index(fields=["actor", "at"], name="chat_audit_actor"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Ban",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reason", models.CharField(blank=True, default="", max_length=500, verbose_name="reason")),
                ("created_at", models.DateTimeField(verbose_name="created")),
                (
                    "created_by",
                    chat.models.fields.UserKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="by",
                    ),
                ),
                (
                    "group",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="bans",
                        to="chat.chatgroup",
                    ),
                ),
                (
                    "user",
                    chat.models.fields.UserKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="user",
                    ),
                ),
            ],
            options={
                "verbose_name": "ban",
                "verbose_name_plural": "bans",
                "constraints": [models.UniqueConstraint(fields=("group", "user"), name="chat_ban_once")],
            },
        ),
        migrations.CreateModel(
            name="DataExport",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=chat.models.fields.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("waiting", "Waiting"), ("running", "Running"), ("done", "Done")],
                        default="waiting",
                        max_length=16,
                        verbose_name="state",
                    ),
                ),
                ("done_count", models.PositiveBigIntegerField(default=0, verbose_name="done")),
                ("total_count", models.PositiveBigIntegerField(default=0, verbose_name="of")),
                (
                    "file",
                    models.FileField(
                        blank=True,
                        default="",
                        max_length=255,
                        storage=chat.files.storage.file_storage,
                        upload_to=chat.files.storage.random_path,
                        verbose_name="file",
                    ),
                ),
                ("created_at", models.DateTimeField(verbose_name="created")),
                ("finished_at", models.DateTimeField(blank=True, null=True, verbose_name="finished")),
                (
                    "retry_at",
                    models.DateTimeField(
                        blank=True,
                        editable=False,
                        help_text="Until then a worker has it, or waits for a hold to end.",
                        null=True,
                    ),
                ),
                ("expires_at", models.DateTimeField(blank=True, null=True, verbose_name="kept until")),
                (
                    "requested_by",
                    chat.models.fields.UserKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="who asked",
                    ),
                ),
                (
                    "user",
                    chat.models.fields.UserKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="whose data",
                    ),
                ),
            ],
            options={
                "verbose_name": "export",
                "verbose_name_plural": "exports",
                "indexes": [
                    models.Index(fields=["user", "-created_at", "-id"], name="chat_export_listed"),
                    models.Index(
                        condition=models.Q(("finished_at__isnull", True)),
                        fields=["created_at"],
                        name="chat_export_open",
                    ),
                    models.Index(
                        condition=models.Q(("expires_at__isnull", False)),
                        fields=["expires_at"],
                        name="chat_export_expiry",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["waiting", "running", "done"])), name="chat_export_state"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("finished_at__isnull", True)), fields=("user",), name="chat_export_one_open"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("finished_at__isnull", False), ("state", "done")),
                            models.Q(models.Q(("state", "done"), _negated=True), ("finished_at__isnull", True)),
                            _connector="OR",
                        ),
                        name="chat_export_done_iff_finished",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Erasure",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=chat.models.fields.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("waiting", "Waiting"), ("running", "Running"), ("done", "Done")],
                        default="waiting",
                        max_length=16,
                        verbose_name="state",
                    ),
                ),
                ("done_count", models.PositiveBigIntegerField(default=0, verbose_name="done")),
                ("total_count", models.PositiveBigIntegerField(default=0, verbose_name="of")),
                ("created_at", models.DateTimeField(verbose_name="created")),
                ("finished_at", models.DateTimeField(blank=True, null=True, verbose_name="finished")),
                (
                    "retry_at",
                    models.DateTimeField(
                        blank=True,
                        editable=False,
                        help_text="Until then a worker has it, or waits for a hold to end.",
                        null=True,
                    ),
                ),
                (
                    "requested_by",
                    chat.models.fields.UserKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="who asked",
                    ),
                ),
                (
                    "user",
                    chat.models.fields.UserKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="whose data",
                    ),
                ),
            ],
            options={
                "verbose_name": "erasure",
                "verbose_name_plural": "erasures",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("finished_at__isnull", False), ("state", "done")),
                            models.Q(models.Q(("state", "done"), _negated=True), ("finished_at__isnull", True)),
                            _connector="OR",
                        ),
                        name="chat_erasure_done_iff_finished",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("finished_at__isnull", True)),
                        fields=("user",),
                        name="chat_erasure_one_open",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["waiting", "running", "done"])), name="chat_erasure_state"
                    ),
                ],
                "indexes": [
                    models.Index(
                        condition=models.Q(("finished_at__isnull", True)),
                        fields=["created_at"],
                        name="chat_erasure_open",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="HeldMessage",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=chat.models.fields.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("client_id", models.UUIDField(editable=False, help_text="The sender's, else its own id.")),
                ("content", models.JSONField(help_text="What is to be sent; checked again when it is.")),
                ("created_at", models.DateTimeField(verbose_name="created")),
                (
                    "group",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="held",
                        to="chat.chatgroup",
                    ),
                ),
                (
                    "user",
                    chat.models.fields.UserKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="sender",
                    ),
                ),
            ],
            options={
                "verbose_name": "held message",
                "verbose_name_plural": "held messages",
                "indexes": [
                    models.Index(fields=["created_at", "id"], name="chat_held_queue"),
                    models.Index(fields=["group", "user", "created_at"], name="chat_held_listed"),
                ],
                "constraints": [models.UniqueConstraint(fields=("group", "user", "client_id"), name="chat_held_once")],
            },
        ),
        migrations.CreateModel(
            name="LegalHold",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=chat.models.fields.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("reason", models.CharField(max_length=500, verbose_name="reason")),
                ("created_at", models.DateTimeField(verbose_name="created")),
                ("lifted_at", models.DateTimeField(blank=True, null=True, verbose_name="lifted")),
                (
                    "created_by",
                    chat.models.fields.UserKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="by",
                    ),
                ),
                (
                    "group",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="holds",
                        to="chat.chatgroup",
                    ),
                ),
                (
                    "user",
                    chat.models.fields.UserKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="user",
                    ),
                ),
            ],
            options={
                "verbose_name": "legal hold",
                "verbose_name_plural": "legal holds",
                "indexes": [
                    models.Index(
                        condition=models.Q(("lifted_at__isnull", True)), fields=["user"], name="chat_hold_user"
                    ),
                    models.Index(
                        condition=models.Q(("lifted_at__isnull", True)), fields=["group"], name="chat_hold_group"
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("group__isnull", True), ("user__isnull", False)),
                            models.Q(("group__isnull", False), ("user__isnull", True)),
                            _connector="OR",
                        ),
                        name="chat_hold_one_target",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Report",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=chat.models.fields.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("scope", models.CharField(blank=True, default="", max_length=64, verbose_name="scope")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("spam", "Spam"),
                            ("harassment", "Harassment"),
                            ("inappropriate_content", "Inappropriate content"),
                            ("impersonation", "Impersonation"),
                            ("scam", "Scam"),
                            ("other", "Something else"),
                        ],
                        max_length=32,
                        verbose_name="kind",
                    ),
                ),
                ("reason", models.TextField(blank=True, default="", verbose_name="what they say")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("pending", "Waiting"),
                            ("reviewed", "Reviewed"),
                            ("action_taken", "Action taken"),
                            ("dismissed", "Dismissed"),
                        ],
                        default="pending",
                        max_length=16,
                        verbose_name="state",
                    ),
                ),
                ("reviewed_at", models.DateTimeField(blank=True, null=True, verbose_name="reviewed")),
                ("created_at", models.DateTimeField(verbose_name="created")),
                (
                    "group",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="reports",
                        to="chat.chatgroup",
                    ),
                ),
                (
                    "reported",
                    chat.models.fields.UserKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="who is reported",
                    ),
                ),
                (
                    "reporter",
                    chat.models.fields.UserKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="who reports",
                    ),
                ),
                (
                    "reviewed_by",
                    chat.models.fields.UserKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "report",
                "verbose_name_plural": "reports",
                "indexes": [
                    models.Index(fields=["state", "created_at", "id"], name="chat_report_queue"),
                    models.Index(fields=["reported", "created_at"], name="chat_report_of"),
                    models.Index(fields=["reporter", "created_at"], name="chat_report_by"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                ["spam", "harassment", "inappropriate_content", "impersonation", "scam", "other"],
                            )
                        ),
                        name="chat_report_kind",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["pending", "reviewed", "action_taken", "dismissed"])),
                        name="chat_report_state",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("group__isnull", True), ("state", "pending")),
                        fields=("reporter", "reported"),
                        name="chat_report_open_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ReportedMessage",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("is_open", models.BooleanField(default=True)),
                (
                    "group",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="chat.chatgroup",
                    ),
                ),
                (
                    "message",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="reports",
                        to="chat.chatmessage",
                    ),
                ),
                (
                    "report",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="messages",
                        to="chat.report",
                    ),
                ),
                (
                    "reporter",
                    chat.models.fields.UserKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "reported message",
                "verbose_name_plural": "reported messages",
                "constraints": [
                    models.UniqueConstraint(fields=("report", "message"), name="chat_reported_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("is_open", True)),
                        fields=("reporter", "message"),
                        name="chat_reported_open_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Suspension",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=chat.models.fields.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("reason", models.CharField(blank=True, default="", max_length=500, verbose_name="reason")),
                (
                    "until",
                    models.DateTimeField(
                        blank=True, help_text="Empty: until it is lifted.", null=True, verbose_name="until"
                    ),
                ),
                ("created_at", models.DateTimeField(verbose_name="created")),
                ("lifted_at", models.DateTimeField(blank=True, null=True, verbose_name="lifted")),
                (
                    "created_by",
                    chat.models.fields.UserKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="by",
                    ),
                ),
                (
                    "user",
                    chat.models.fields.UserKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="user",
                    ),
                ),
            ],
            options={
                "verbose_name": "suspension",
                "verbose_name_plural": "suspensions",
                "indexes": [models.Index(fields=["user", "created_at"], name="chat_suspension_of")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("lifted_at__isnull", True)), fields=("user",), name="chat_suspension_one"
                    )
                ],
            },
        ),
    ]
