import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import chat.models.fields


class Migration(migrations.Migration):
    dependencies = [
        ("auth", "__first__"),
        ("chat", "0006_people"),
    ]

    operations = [
        migrations.CreateModel(
            name="Call",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=chat.models.fields.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "call_type",
                    models.CharField(
                        choices=[("voice", "Voice"), ("video", "Video")], max_length=16, verbose_name="type"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("initiated", "Started"),
                            ("ringing", "Ringing"),
                            ("answered", "Answered"),
                            ("missed", "Missed"),
                            ("declined", "Declined"),
                            ("cancelled", "Cancelled"),
                            ("no_answer", "No answer"),
                            ("ended", "Ended"),
                            ("failed", "Failed"),
                        ],
                        default="initiated",
                        max_length=16,
                        verbose_name="state",
                    ),
                ),
                ("started_at", models.DateTimeField(verbose_name="started")),
                ("answered_at", models.DateTimeField(blank=True, null=True, verbose_name="answered")),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="ended")),
                (
                    "caller",
                    chat.models.fields.UserKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="caller",
                    ),
                ),
                (
                    "group",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="calls",
                        to="chat.chatgroup",
                    ),
                ),
                (
                    "message",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="call", to="chat.chatmessage"
                    ),
                ),
            ],
            options={
                "verbose_name": "call",
                "verbose_name_plural": "calls",
                "indexes": [
                    models.Index(fields=["group", "-id"], name="chat_call_listed"),
                    models.Index(
                        condition=models.Q(("state__in", ("initiated", "ringing", "answered"))),
                        fields=["started_at"],
                        name="chat_call_live",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ("initiated", "ringing", "answered"))),
                        fields=("group",),
                        name="chat_call_one_live",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("call_type__in", ["voice", "video"])), name="chat_call_type"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                [
                                    "initiated",
                                    "ringing",
                                    "answered",
                                    "missed",
                                    "declined",
                                    "cancelled",
                                    "no_answer",
                                    "ended",
                                    "failed",
                                ],
                            )
                        ),
                        name="chat_call_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_at__isnull", True), ("state__in", ("initiated", "ringing", "answered"))),
                            models.Q(
                                models.Q(("state__in", ("initiated", "ringing", "answered")), _negated=True),
                                ("ended_at__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="chat_call_over_iff_ended",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CallParticipant",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("initiated", "Started"),
                            ("ringing", "Ringing"),
                            ("answered", "Answered"),
                            ("missed", "Missed"),
                            ("declined", "Declined"),
                            ("cancelled", "Cancelled"),
                            ("no_answer", "No answer"),
                            ("ended", "Ended"),
                            ("failed", "Failed"),
                        ],
                        default="initiated",
                        max_length=16,
                        verbose_name="state",
                    ),
                ),
                ("joined_at", models.DateTimeField(blank=True, null=True, verbose_name="joined")),
                ("left_at", models.DateTimeField(blank=True, null=True, verbose_name="left")),
                (
                    "call",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="participants",
                        to="chat.call",
                    ),
                ),
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
                "verbose_name": "person in a call",
                "verbose_name_plural": "people in calls",
                "indexes": [models.Index(fields=["user", "-call"], name="chat_call_person")],
                "constraints": [
                    models.UniqueConstraint(fields=("call", "user"), name="chat_call_person_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                [
                                    "initiated",
                                    "ringing",
                                    "answered",
                                    "missed",
                                    "declined",
                                    "cancelled",
                                    "no_answer",
                                    "ended",
                                    "failed",
                                ],
                            )
                        ),
                        name="chat_call_person_state",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Invitation",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=chat.models.fields.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("needs_approval", models.BooleanField(default=False, verbose_name="joining needs approval")),
                (
                    "use_limit",
                    models.PositiveIntegerField(
                        blank=True, help_text="Times; empty: ever.", null=True, verbose_name="may be used"
                    ),
                ),
                ("use_count", models.PositiveIntegerField(default=0, verbose_name="was used")),
                ("expires_at", models.DateTimeField(blank=True, null=True, verbose_name="expires")),
                ("revoked_at", models.DateTimeField(blank=True, null=True, verbose_name="revoked")),
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
                        verbose_name="made by",
                    ),
                ),
                (
                    "group",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="invitations",
                        to="chat.chatgroup",
                    ),
                ),
            ],
            options={
                "verbose_name": "invitation",
                "verbose_name_plural": "invitations",
                "indexes": [models.Index(fields=["group", "-created_at", "-id"], name="chat_invitation_listed")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("use_limit__isnull", True),
                            models.Q(("use_count__lte", models.F("use_limit")), ("use_limit__gte", 1)),
                            _connector="OR",
                        ),
                        name="chat_invitation_use_limit",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="JoinRequest",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=chat.models.fields.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("text", models.CharField(blank=True, default="", max_length=500, verbose_name="what they say")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("pending", "Waiting"),
                            ("accepted", "Accepted"),
                            ("rejected", "Rejected"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        default="pending",
                        max_length=16,
                        verbose_name="state",
                    ),
                ),
                ("created_at", models.DateTimeField(verbose_name="asked")),
                ("answered_at", models.DateTimeField(blank=True, null=True, verbose_name="answered")),
                (
                    "answered_by",
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
                        related_name="join_requests",
                        to="chat.chatgroup",
                    ),
                ),
                (
                    "invitation",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="chat.invitation",
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
                        verbose_name="who asks",
                    ),
                ),
            ],
            options={
                "verbose_name": "request to join",
                "verbose_name_plural": "requests to join",
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "pending")),
                        fields=["group", "created_at", "id"],
                        name="chat_join_waiting",
                    ),
                    models.Index(fields=["user", "-created_at", "-id"], name="chat_join_mine"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "pending")), fields=("group", "user"), name="chat_join_one_waiting"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["pending", "accepted", "rejected", "withdrawn"])),
                        name="chat_join_state",
                    ),
                ],
            },
        ),
    ]
