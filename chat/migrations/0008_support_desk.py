import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import chat.models.fields
import chat.models.support.hours


class Migration(migrations.Migration):
    dependencies = [
        ("auth", "__first__"),
        ("chat", "0007_invitations_and_calls"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="chatgroup",
            name="chat_group_client_iff_support",
        ),
        migrations.AddField(
            model_name="chatgroup",
            name="assignee",
            field=chat.models.fields.UserKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="assigned to",
            ),
        ),
        migrations.AddField(
            model_name="chatgroup",
            name="desk_of",
            field=models.OneToOneField(
                blank=True,
                editable=False,
                help_text="The request whose staff talk here among themselves.",
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="desk",
                to="chat.chatgroup",
            ),
        ),
        migrations.AddField(
            model_name="chatgroup",
            name="priority",
            field=models.PositiveSmallIntegerField(
                choices=[(1, "Low"), (2, "Normal"), (3, "High"), (4, "Urgent")],
                db_default=2,
                default=2,
                verbose_name="priority",
            ),
        ),
        migrations.AddField(
            model_name="chatgroup",
            name="support_status",
            field=models.CharField(
                blank=True,
                choices=[
                    ("open", "Open"),
                    ("pending", "Waiting for the client"),
                    ("snoozed", "Snoozed"),
                    ("resolved", "Resolved"),
                ],
                max_length=16,
                null=True,
                verbose_name="status",
            ),
        ),
        migrations.AddIndex(
            model_name="chatgroup",
            index=models.Index(
                condition=models.Q(("deleted_at__isnull", True), ("support_status__isnull", False)),
                fields=["scope", "support_status", "assignee", "-priority", "created_at", "id"],
                name="chat_group_queue",
            ),
        ),
        migrations.AddConstraint(
            model_name="chatgroup",
            constraint=models.CheckConstraint(
                condition=models.Q(("priority__gte", 1), ("priority__lte", 4)), name="chat_group_priority_known"
            ),
        ),
        migrations.CreateModel(
            name="Attendance",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("looked_at", models.DateTimeField(verbose_name="looked")),
                ("wrote_at", models.DateTimeField(blank=True, null=True, verbose_name="wrote")),
                (
                    "group",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="attendance",
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
                "verbose_name": "attendance",
                "verbose_name_plural": "attendance",
                "constraints": [models.UniqueConstraint(fields=("group", "user"), name="chat_attendance_once")],
            },
        ),
        migrations.CreateModel(
            name="BusinessHours",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("scope", models.CharField(blank=True, default="", max_length=64, unique=True, verbose_name="scope")),
                (
                    "time_zone",
                    models.CharField(
                        default="UTC",
                        help_text="Such as Africa/Addis_Ababa.",
                        max_length=64,
                        validators=[chat.models.support.hours.validate_time_zone],
                        verbose_name="time zone",
                    ),
                ),
                (
                    "away_message",
                    models.TextField(
                        blank=True,
                        default="",
                        help_text="What clients are told outside these hours.",
                        verbose_name="away message",
                    ),
                ),
            ],
            options={
                "verbose_name": "business hours",
                "verbose_name_plural": "business hours",
            },
        ),
        migrations.CreateModel(
            name="CannedReply",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=chat.models.fields.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("scope", models.CharField(blank=True, default="", max_length=64, verbose_name="scope")),
                ("name", models.CharField(max_length=100, verbose_name="name")),
                ("text", models.TextField(verbose_name="text")),
                ("created_at", models.DateTimeField(verbose_name="created")),
                ("changed_at", models.DateTimeField(verbose_name="changed")),
                (
                    "owner",
                    chat.models.fields.UserKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        help_text="Empty: everybody's at the desk.",
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="whose it is",
                    ),
                ),
            ],
            options={
                "verbose_name": "canned reply",
                "verbose_name_plural": "canned replies",
                "constraints": [
                    models.UniqueConstraint(fields=("scope", "owner", "name"), name="chat_canned_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("owner__isnull", True)),
                        fields=("scope", "name"),
                        name="chat_canned_shared_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Holiday",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("date", models.DateField(verbose_name="date")),
                ("name", models.CharField(blank=True, default="", max_length=100, verbose_name="name")),
                (
                    "hours",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="holidays",
                        to="chat.businesshours",
                    ),
                ),
            ],
            options={
                "verbose_name": "holiday",
                "verbose_name_plural": "holidays",
                "constraints": [models.UniqueConstraint(fields=("hours", "date"), name="chat_holiday_once")],
            },
        ),
        migrations.CreateModel(
            name="OpeningInterval",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "weekday",
                    models.PositiveSmallIntegerField(help_text="0 is Monday, 6 is Sunday.", verbose_name="weekday"),
                ),
                ("opens", models.TimeField(verbose_name="opens")),
                ("closes", models.TimeField(verbose_name="closes")),
                (
                    "hours",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="intervals",
                        to="chat.businesshours",
                    ),
                ),
            ],
            options={
                "verbose_name": "opening interval",
                "verbose_name_plural": "opening intervals",
                "constraints": [
                    models.UniqueConstraint(fields=("hours", "weekday", "opens"), name="chat_interval_once"),
                    models.CheckConstraint(condition=models.Q(("weekday__lte", 6)), name="chat_interval_weekday"),
                    models.CheckConstraint(
                        condition=models.Q(("closes__gt", models.F("opens")), ("closes", "00:00:00"), _connector="OR"),
                        name="chat_interval_forward",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="StatusChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveBigIntegerField(verbose_name="version")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("open", "Open"),
                            ("pending", "Waiting for the client"),
                            ("snoozed", "Snoozed"),
                            ("resolved", "Resolved"),
                        ],
                        max_length=16,
                        verbose_name="status",
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="at")),
                (
                    "actor",
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
                (
                    "assignee",
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
                (
                    "group",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="status_changes",
                        to="chat.chatgroup",
                    ),
                ),
            ],
            options={
                "verbose_name": "change of status",
                "verbose_name_plural": "changes of status",
                "constraints": [
                    models.UniqueConstraint(fields=("group", "version"), name="chat_status_version"),
                    models.CheckConstraint(
                        condition=models.Q(("status__in", ["open", "pending", "snoozed", "resolved"])),
                        name="chat_status_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SupportRequest",
            fields=[
                (
                    "group",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="request",
                        serialize=False,
                        to="chat.chatgroup",
                    ),
                ),
                ("snoozed_until", models.DateTimeField(blank=True, null=True, verbose_name="snoozed until")),
                ("first_response_at", models.DateTimeField(blank=True, null=True, verbose_name="first answered")),
                (
                    "first_response_seconds",
                    models.PositiveBigIntegerField(blank=True, null=True, verbose_name="time to the first answer"),
                ),
                ("resolved_at", models.DateTimeField(blank=True, null=True, verbose_name="resolved")),
                (
                    "resolution_seconds",
                    models.PositiveBigIntegerField(blank=True, null=True, verbose_name="time to the solution"),
                ),
                ("reopened_count", models.PositiveIntegerField(default=0, verbose_name="times reopened")),
                ("away_told_at", models.DateTimeField(blank=True, null=True, verbose_name="told that nobody is here")),
                (
                    "rating",
                    models.PositiveSmallIntegerField(
                        blank=True, help_text="From 1 to 5.", null=True, verbose_name="rating"
                    ),
                ),
                (
                    "rating_text",
                    models.CharField(blank=True, default="", max_length=1000, verbose_name="what they say"),
                ),
                ("rated_at", models.DateTimeField(blank=True, null=True, verbose_name="rated")),
                (
                    "first_response_by",
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
                (
                    "resolved_by",
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
                "verbose_name": "support request",
                "verbose_name_plural": "support requests",
                "indexes": [
                    models.Index(
                        condition=models.Q(("snoozed_until__isnull", False)),
                        fields=["snoozed_until"],
                        name="chat_request_snoozed",
                    ),
                    models.Index(
                        condition=models.Q(("resolved_at__isnull", False)),
                        fields=["resolved_at"],
                        name="chat_request_resolved",
                    ),
                    models.Index(
                        condition=models.Q(("first_response_at__isnull", False)),
                        fields=["first_response_at"],
                        name="chat_request_answered",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("rated_at__isnull", True), ("rating__isnull", True)),
                            models.Q(
                                ("rated_at__isnull", False),
                                ("rating__gte", 1),
                                ("rating__isnull", False),
                                ("rating__lte", 5),
                            ),
                            _connector="OR",
                        ),
                        name="chat_request_rating",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SupportTag",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("scope", models.CharField(blank=True, default="", max_length=64, verbose_name="scope")),
                ("name", models.CharField(max_length=50, verbose_name="name")),
            ],
            options={
                "verbose_name": "tag",
                "verbose_name_plural": "tags",
                "constraints": [models.UniqueConstraint(fields=("scope", "name"), name="chat_tag_once")],
            },
        ),
        migrations.CreateModel(
            name="RequestTag",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "group",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="request_tags",
                        to="chat.chatgroup",
                    ),
                ),
                (
                    "tag",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="uses",
                        to="chat.supporttag",
                    ),
                ),
            ],
            options={
                "verbose_name": "tag of a request",
                "verbose_name_plural": "tags of requests",
                "indexes": [models.Index(fields=["tag", "group"], name="chat_request_tag_reverse")],
                "constraints": [models.UniqueConstraint(fields=("group", "tag"), name="chat_request_tag_once")],
            },
        ),
    ]
