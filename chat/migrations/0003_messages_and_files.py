import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import chat.files.storage
import chat.models.fields


class Migration(migrations.Migration):
    dependencies = [
        ("auth", "__first__"),
        ("chat", "0002_fill_factor"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="chatmessage",
            name="chat_message_type_known",
        ),
        migrations.RemoveConstraint(
            model_name="chatmessage",
            name="chat_message_purged_is_deleted",
        ),
        migrations.RemoveConstraint(
            model_name="readmark",
            name="chat_read_mark_once",
        ),
        migrations.AddField(
            model_name="chatgroup",
            name="message_lifetime",
            field=models.PositiveIntegerField(
                blank=True, help_text="Seconds; empty if they stay.", null=True, verbose_name="messages disappear after"
            ),
        ),
        migrations.AddField(
            model_name="chatgroupuser",
            name="draft_changed_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="draft changed"),
        ),
        migrations.AddField(
            model_name="chatgroupuser",
            name="draft_reply_to",
            field=models.UUIDField(blank=True, null=True, verbose_name="draft replies to"),
        ),
        migrations.AddField(
            model_name="chatgroupuser",
            name="draft_text",
            field=models.TextField(blank=True, db_default="", default="", verbose_name="draft"),
        ),
        migrations.AddField(
            model_name="chatmessage",
            name="edited_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="edited"),
        ),
        migrations.AddField(
            model_name="chatmessage",
            name="expires_at",
            field=models.DateTimeField(
                blank=True, help_text="From then on nobody is sent its content.", null=True, verbose_name="expires"
            ),
        ),
        migrations.AddField(
            model_name="chatmessage",
            name="forwarded_from",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                help_text="The first message of a chain of forwards; shown to nobody.",
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="chat.chatmessage",
                verbose_name="forwarded from",
            ),
        ),
        migrations.AddField(
            model_name="chatmessage",
            name="metadata",
            field=models.JSONField(
                blank=True,
                editable=False,
                help_text="Written by the server alone; shown by named keys alone.",
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="chatmessage",
            name="pinned_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="pinned"),
        ),
        migrations.AddField(
            model_name="chatmessage",
            name="pinned_by",
            field=chat.models.fields.UserKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="pinned by",
            ),
        ),
        migrations.AddField(
            model_name="chatmessage",
            name="reply_to",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="replies",
                to="chat.chatmessage",
                verbose_name="reply to",
            ),
        ),
        migrations.AddField(
            model_name="chatmessage",
            name="sent_at",
            field=models.DateTimeField(
                blank=True,
                help_text="The time that a scheduled message was to be sent at.",
                null=True,
                verbose_name="meant for",
            ),
        ),
        migrations.AddField(
            model_name="readmark",
            name="kind",
            field=models.CharField(
                choices=[("read", "Read"), ("delivered", "Received")], db_default="read", default="read", max_length=16
            ),
        ),
        migrations.AlterField(
            model_name="chatmessage",
            name="message_type",
            field=models.CharField(
                choices=[
                    ("text", "Text"),
                    ("image", "Image"),
                    ("audio", "Audio"),
                    ("video", "Video"),
                    ("file", "File"),
                    ("location", "Location"),
                    ("gif", "GIF"),
                    ("poll", "Poll"),
                    ("system", "System"),
                ],
                default="text",
                max_length=16,
                verbose_name="type",
            ),
        ),
        migrations.AlterField(
            model_name="readmark",
            name="seq",
            field=models.PositiveBigIntegerField(help_text="Read, or received, up to here."),
        ),
        migrations.AddIndex(
            model_name="chatmessage",
            index=models.Index(
                condition=models.Q(("pinned_at__isnull", False)),
                fields=["group", "pinned_at", "seq"],
                name="chat_message_pinned",
            ),
        ),
        migrations.AddIndex(
            model_name="chatmessage",
            index=models.Index(
                condition=models.Q(("deleted_at__isnull", True), ("expires_at__isnull", False)),
                fields=["expires_at"],
                name="chat_message_to_expire",
            ),
        ),
        migrations.AddIndex(
            model_name="chatmessage",
            index=models.Index(
                condition=models.Q(("reply_to__isnull", False)), fields=["reply_to"], name="chat_message_reply_to"
            ),
        ),
        migrations.AddIndex(
            model_name="chatmessage",
            index=models.Index(
                condition=models.Q(("forwarded_from__isnull", False)),
                fields=["forwarded_from"],
                name="chat_message_forward",
            ),
        ),
        migrations.AddConstraint(
            model_name="chatgroup",
            constraint=models.CheckConstraint(
                condition=models.Q(("message_lifetime__isnull", True), ("message_lifetime__gte", 1), _connector="OR"),
                name="chat_group_lifetime_positive",
            ),
        ),
        migrations.AddConstraint(
            model_name="chatmessage",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "message_type__in",
                        ["text", "image", "audio", "video", "file", "location", "gif", "poll", "system"],
                    )
                ),
                name="chat_message_type_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="chatmessage",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("purged_at__isnull", True),
                    models.Q(
                        ("deleted_at__isnull", False),
                        ("message_text__isnull", True),
                        ("metadata__isnull", True),
                        ("reference_list__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="chat_message_purged_is_deleted",
            ),
        ),
        migrations.AddConstraint(
            model_name="chatmessage",
            constraint=models.CheckConstraint(
                condition=models.Q(("pinned_at__isnull", True), ("deleted_at__isnull", True), _connector="OR"),
                name="chat_message_pinned_is_live",
            ),
        ),
        migrations.AddConstraint(
            model_name="readmark",
            constraint=models.UniqueConstraint(fields=("group", "user", "kind", "seq"), name="chat_read_mark_once"),
        ),
        migrations.AddConstraint(
            model_name="readmark",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["read", "delivered"])), name="chat_read_mark_kind_known"
            ),
        ),
        migrations.CreateModel(
            name="Attachment",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=chat.models.fields.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "seq",
                    models.PositiveBigIntegerField(
                        blank=True, help_text="The message's.", null=True, verbose_name="number"
                    ),
                ),
                (
                    "position",
                    models.PositiveSmallIntegerField(
                        default=0, help_text="In its message, from 0.", verbose_name="position"
                    ),
                ),
                (
                    "file",
                    models.FileField(
                        max_length=255,
                        storage=chat.files.storage.file_storage,
                        upload_to=chat.files.storage.random_path,
                        verbose_name="file",
                    ),
                ),
                (
                    "preview",
                    models.FileField(
                        blank=True,
                        max_length=255,
                        storage=chat.files.storage.file_storage,
                        upload_to=chat.files.storage.random_path,
                        verbose_name="preview",
                    ),
                ),
                (
                    "name",
                    models.CharField(
                        help_text="For people; the file is stored under another.", max_length=255, verbose_name="name"
                    ),
                ),
                (
                    "mime_type",
                    models.CharField(help_text="By its content, not by its name.", max_length=127, verbose_name="type"),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("image", "Image"), ("audio", "Audio"), ("video", "Video"), ("file", "File")],
                        max_length=16,
                        verbose_name="kind",
                    ),
                ),
                ("size", models.PositiveBigIntegerField(help_text="In bytes, as stored.", verbose_name="size")),
                ("width", models.PositiveIntegerField(blank=True, null=True, verbose_name="width")),
                ("height", models.PositiveIntegerField(blank=True, null=True, verbose_name="height")),
                (
                    "duration_ms",
                    models.PositiveIntegerField(
                        blank=True, help_text="As the client says.", null=True, verbose_name="duration"
                    ),
                ),
                (
                    "waveform",
                    models.JSONField(
                        blank=True, help_text="As the client says: 0 to 100 each.", null=True, verbose_name="waveform"
                    ),
                ),
                (
                    "scan_state",
                    models.CharField(
                        choices=[("pending", "Pending"), ("clean", "Clean"), ("refused", "Refused")],
                        default="clean",
                        max_length=16,
                        verbose_name="scan",
                    ),
                ),
                ("created_at", models.DateTimeField(verbose_name="uploaded")),
                ("dropped_at", models.DateTimeField(blank=True, editable=False, null=True, verbose_name="given up")),
                (
                    "group",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="attachments",
                        to="chat.chatgroup",
                    ),
                ),
                (
                    "message",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="attachments",
                        to="chat.chatmessage",
                    ),
                ),
                (
                    "uploaded_by",
                    chat.models.fields.UserKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="uploaded by",
                    ),
                ),
            ],
            options={
                "verbose_name": "attachment",
                "verbose_name_plural": "attachments",
                "indexes": [
                    models.Index(
                        condition=models.Q(("message__isnull", True)),
                        fields=["created_at"],
                        name="chat_attachment_unsent",
                    ),
                    models.Index(
                        condition=models.Q(("message__isnull", True)),
                        fields=["uploaded_by"],
                        name="chat_attachment_unsent_of",
                    ),
                    models.Index(
                        condition=models.Q(("dropped_at__isnull", True), ("message__isnull", False)),
                        fields=["group", "kind", "-seq", "position"],
                        name="chat_attachment_shared",
                    ),
                    models.Index(fields=["file"], name="chat_attachment_file"),
                    models.Index(
                        condition=models.Q(("dropped_at__isnull", False)),
                        fields=["dropped_at"],
                        name="chat_attachment_dropped",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("message", "position"), name="chat_attachment_position"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("group__isnull", True), ("message__isnull", True), ("seq__isnull", True)),
                            models.Q(("group__isnull", False), ("message__isnull", False), ("seq__isnull", False)),
                            _connector="OR",
                        ),
                        name="chat_attachment_sent_as_a_whole",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["image", "audio", "video", "file"])),
                        name="chat_attachment_kind_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("scan_state__in", ["pending", "clean", "refused"])),
                        name="chat_attachment_scan_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Mention",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("seq", models.PositiveBigIntegerField()),
                (
                    "counts",
                    models.BooleanField(
                        default=True, help_text="Whether the message counts, and the person did not hide it."
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
                    "message",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="mention_rows",
                        to="chat.chatmessage",
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
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("counts", True)),
                        fields=["group", "user", "seq"],
                        name="chat_mention_counting",
                    )
                ],
                "constraints": [models.UniqueConstraint(fields=("message", "user"), name="chat_mention_once")],
            },
        ),
        migrations.CreateModel(
            name="MessageHidden",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("seq", models.PositiveBigIntegerField()),
                ("active", models.BooleanField(default=True)),
                (
                    "counts",
                    models.BooleanField(
                        help_text="Whether the message is another's and counts as unread if it is not hidden."
                    ),
                ),
                (
                    "state_version",
                    models.PositiveBigIntegerField(help_text="The membership's, when this last changed."),
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
                    "message",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="hidden",
                        to="chat.chatmessage",
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
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("active", True)), fields=["group", "user", "seq"], name="chat_hidden_active"
                    ),
                    models.Index(fields=["group", "user", "state_version"], name="chat_hidden_changed"),
                ],
                "constraints": [models.UniqueConstraint(fields=("message", "user"), name="chat_hidden_once")],
            },
        ),
        migrations.CreateModel(
            name="MessageReaction",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("emoji", models.CharField(max_length=64)),
                ("created_at", models.DateTimeField()),
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
                        related_name="reactions",
                        to="chat.chatmessage",
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
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["message", "created_at", "id"], name="chat_reaction_listed")],
                "constraints": [
                    models.UniqueConstraint(fields=("message", "user", "emoji"), name="chat_reaction_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="MessageRevision",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveBigIntegerField(help_text="The group's, when this text was replaced.")),
                ("message_text", models.TextField(null=True, verbose_name="text")),
                (
                    "written_at",
                    models.DateTimeField(help_text="When this text was sent, or edited to.", verbose_name="written"),
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
                    "message",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="revisions",
                        to="chat.chatmessage",
                    ),
                ),
            ],
            options={
                "verbose_name": "revision",
                "verbose_name_plural": "revisions",
                "constraints": [models.UniqueConstraint(fields=("message", "version"), name="chat_revision_once")],
            },
        ),
        migrations.CreateModel(
            name="PollVote",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("option", models.PositiveSmallIntegerField(help_text="The id of the option in its poll.")),
                ("created_at", models.DateTimeField()),
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
                        related_name="votes",
                        to="chat.chatmessage",
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
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["message", "option", "created_at", "id"], name="chat_vote_listed")],
                "constraints": [models.UniqueConstraint(fields=("message", "user", "option"), name="chat_vote_once")],
            },
        ),
        migrations.CreateModel(
            name="ScheduledMessage",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=chat.models.fields.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("content", models.JSONField(help_text="What the request said; checked again when it is sent.")),
                ("send_at", models.DateTimeField(verbose_name="to be sent")),
                (
                    "state",
                    models.CharField(
                        choices=[("waiting", "Waiting"), ("failed", "Failed")],
                        default="waiting",
                        max_length=16,
                        verbose_name="state",
                    ),
                ),
                ("error_code", models.CharField(blank=True, default="", max_length=64, verbose_name="why it failed")),
                ("created_at", models.DateTimeField(verbose_name="created")),
                ("changed_at", models.DateTimeField(verbose_name="changed")),
                (
                    "group",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="scheduled",
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
                "verbose_name": "scheduled message",
                "verbose_name_plural": "scheduled messages",
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "waiting")), fields=["send_at"], name="chat_scheduled_due"
                    ),
                    models.Index(fields=["group", "user", "send_at"], name="chat_scheduled_listed"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["waiting", "failed"])), name="chat_scheduled_state_known"
                    )
                ],
            },
        ),
    ]
