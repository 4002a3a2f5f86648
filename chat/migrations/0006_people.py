import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import chat.models.fields


class Migration(migrations.Migration):
    dependencies = [
        ("auth", "__first__"),
        ("chat", "0005_fill_search"),
    ]

    operations = [
        migrations.AddField(
            model_name="chatgroupuser",
            name="is_guarded",
            field=models.BooleanField(
                db_default=True,
                default=True,
                editable=False,
                help_text="Whether a block, a setting or a measure may forbid this person to send; then each send looks.",
            ),
        ),
        migrations.CreateModel(
            name="Block",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=chat.models.fields.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("reason", models.CharField(blank=True, default="", max_length=500, verbose_name="reason")),
                ("created_at", models.DateTimeField(verbose_name="created")),
                (
                    "blocked",
                    chat.models.fields.UserKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="who is blocked",
                    ),
                ),
                (
                    "blocker",
                    chat.models.fields.UserKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="who blocks",
                    ),
                ),
            ],
            options={
                "verbose_name": "block",
                "verbose_name_plural": "blocks",
                "indexes": [
                    models.Index(fields=["blocked", "blocker"], name="chat_block_reverse"),
                    models.Index(fields=["blocker", "-created_at", "-id"], name="chat_block_listed"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("blocker", "blocked"), name="chat_block_once"),
                    models.CheckConstraint(
                        condition=models.Q(("blocker", models.F("blocked")), _negated=True),
                        name="chat_block_not_oneself",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ChatSettings",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "who_can_message",
                    models.CharField(
                        choices=[("everyone", "Everyone"), ("connections", "My contacts"), ("none", "Nobody")],
                        default="everyone",
                        max_length=16,
                        verbose_name="who can message me",
                    ),
                ),
                (
                    "allow_calls_from",
                    models.CharField(
                        choices=[("everyone", "Everyone"), ("connections", "My contacts"), ("none", "Nobody")],
                        default="everyone",
                        max_length=16,
                        verbose_name="who can call me",
                    ),
                ),
                (
                    "allow_group_adds",
                    models.CharField(
                        choices=[("everyone", "Everyone"), ("connections", "My contacts"), ("none", "Nobody")],
                        default="everyone",
                        max_length=16,
                        verbose_name="who can add me to groups",
                    ),
                ),
                (
                    "allow_channel_adds",
                    models.CharField(
                        choices=[("everyone", "Everyone"), ("connections", "My contacts"), ("none", "Nobody")],
                        default="everyone",
                        max_length=16,
                        verbose_name="who can add me to channels",
                    ),
                ),
                (
                    "last_seen_visibility",
                    models.CharField(
                        choices=[("everyone", "Everyone"), ("connections", "My contacts"), ("nobody", "Nobody")],
                        default="everyone",
                        max_length=16,
                        verbose_name="who sees when I was here",
                    ),
                ),
                (
                    "profile_photo_visibility",
                    models.CharField(
                        choices=[("everyone", "Everyone"), ("connections", "My contacts"), ("nobody", "Nobody")],
                        default="everyone",
                        max_length=16,
                        verbose_name="who sees my picture",
                    ),
                ),
                (
                    "about_visibility",
                    models.CharField(
                        choices=[("everyone", "Everyone"), ("connections", "My contacts"), ("nobody", "Nobody")],
                        default="everyone",
                        max_length=16,
                        verbose_name="who sees what I say about myself",
                    ),
                ),
                (
                    "groups_visibility",
                    models.CharField(
                        choices=[("everyone", "Everyone"), ("connections", "My contacts"), ("nobody", "Nobody")],
                        default="everyone",
                        max_length=16,
                        verbose_name="who sees which groups we share",
                    ),
                ),
                ("read_receipts", models.BooleanField(default=True, verbose_name="read receipts")),
                ("online_status", models.BooleanField(default=True, verbose_name="show when I am online")),
                ("typing_indicators", models.BooleanField(default=True, verbose_name="show when I am writing")),
                ("block_screenshots", models.BooleanField(default=False, verbose_name="ask apps to block screenshots")),
                ("disable_forwarding", models.BooleanField(default=False, verbose_name="nobody forwards my messages")),
                ("hide_phone_number", models.BooleanField(default=False, verbose_name="hide my phone number")),
                ("hide_email", models.BooleanField(default=False, verbose_name="hide my e-mail address")),
                ("message_notifications", models.BooleanField(default=True, verbose_name="notify me of messages")),
                ("sound_alerts", models.BooleanField(default=True, verbose_name="play sounds")),
                (
                    "mute_duration",
                    models.CharField(
                        choices=[
                            ("off", "Not muted"),
                            ("1h", "1 hour"),
                            ("8h", "8 hours"),
                            ("24h", "24 hours"),
                            ("forever", "Until I change it"),
                        ],
                        default="off",
                        max_length=16,
                        verbose_name="mute everything for",
                    ),
                ),
                ("mute_until", models.DateTimeField(blank=True, null=True, verbose_name="muted until")),
                ("language", models.CharField(blank=True, default="", max_length=16, verbose_name="language")),
                (
                    "appearance",
                    models.JSONField(
                        blank=True,
                        default=dict,
                        help_text="What clients keep of looks, media and translation.",
                        verbose_name="appearance",
                    ),
                ),
                ("created_at", models.DateTimeField(verbose_name="created")),
                ("changed_at", models.DateTimeField(verbose_name="changed")),
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
                "verbose_name": "chat settings",
                "verbose_name_plural": "chat settings",
                "constraints": [
                    models.UniqueConstraint(fields=("user",), name="chat_settings_once"),
                    models.CheckConstraint(
                        condition=models.Q(("who_can_message__in", ["everyone", "connections", "none"])),
                        name="chat_settings_who_can_message",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("allow_calls_from__in", ["everyone", "connections", "none"])),
                        name="chat_settings_allow_calls_from",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("allow_group_adds__in", ["everyone", "connections", "none"])),
                        name="chat_settings_allow_group_adds",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("allow_channel_adds__in", ["everyone", "connections", "none"])),
                        name="chat_settings_allow_channel_adds",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("last_seen_visibility__in", ["everyone", "connections", "nobody"])),
                        name="chat_settings_last_seen_visibility",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("profile_photo_visibility__in", ["everyone", "connections", "nobody"])),
                        name="chat_settings_profile_photo_visibility",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("about_visibility__in", ["everyone", "connections", "nobody"])),
                        name="chat_settings_about_visibility",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("groups_visibility__in", ["everyone", "connections", "nobody"])),
                        name="chat_settings_groups_visibility",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("mute_duration__in", ["off", "1h", "8h", "24h", "forever"])),
                        name="chat_settings_mute_duration",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Connection",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=chat.models.fields.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("pair_key", models.CharField(editable=False, max_length=64)),
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
                ("requested_at", models.DateTimeField(verbose_name="asked")),
                ("answered_at", models.DateTimeField(blank=True, null=True, verbose_name="answered")),
                (
                    "recipient",
                    chat.models.fields.UserKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="who is asked",
                    ),
                ),
                (
                    "requester",
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
                "verbose_name": "connection",
                "verbose_name_plural": "connections",
                "indexes": [
                    models.Index(fields=["requester", "state", "-requested_at", "-id"], name="chat_connection_from"),
                    models.Index(fields=["recipient", "state", "-requested_at", "-id"], name="chat_connection_to"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("pair_key",), name="chat_connection_one_per_pair"),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["pending", "accepted", "rejected", "withdrawn"])),
                        name="chat_connection_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("requester", models.F("recipient")), _negated=True),
                        name="chat_connection_not_oneself",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Presence",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("seen_at", models.DateTimeField(verbose_name="last here")),
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
                "verbose_name": "presence",
                "verbose_name_plural": "presence",
                "constraints": [models.UniqueConstraint(fields=("user",), name="chat_presence_once")],
            },
        ),
    ]
