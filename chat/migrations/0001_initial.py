import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import chat.models.fields


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("auth", "__first__"),
    ]

    operations = [
        migrations.CreateModel(
            name="ChatGroup",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=chat.models.fields.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "scope",
                    models.CharField(
                        blank=True,
                        default="",
                        help_text="The host's tenant; empty if it has none.",
                        max_length=64,
                        verbose_name="scope",
                    ),
                ),
                (
                    "group_type",
                    models.CharField(
                        choices=[("support", "Support"), ("peer", "Peer"), ("group", "Group")],
                        default="support",
                        max_length=16,
                        verbose_name="type",
                    ),
                ),
                ("name", models.CharField(blank=True, max_length=255, null=True, verbose_name="name")),
                ("description", models.TextField(blank=True, default="", verbose_name="description")),
                ("peer_key", models.CharField(blank=True, editable=False, max_length=64, null=True)),
                (
                    "posting",
                    models.CharField(
                        choices=[("everyone", "Everyone"), ("admins", "Owner and admins only")],
                        default="everyone",
                        max_length=16,
                        verbose_name="posting",
                    ),
                ),
                (
                    "history_visibility",
                    models.CharField(
                        choices=[("start", "From the start"), ("joined", "From joining")],
                        default="start",
                        max_length=16,
                        verbose_name="history visible",
                    ),
                ),
                ("last_seq", models.PositiveBigIntegerField(default=0, editable=False, verbose_name="last number")),
                ("version", models.PositiveBigIntegerField(default=0, editable=False, verbose_name="version")),
                (
                    "last_message_at",
                    models.DateTimeField(blank=True, editable=False, null=True, verbose_name="last message"),
                ),
                ("created_at", models.DateTimeField(verbose_name="created")),
                ("changed_at", models.DateTimeField(verbose_name="changed")),
                (
                    "closed_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="Since when nobody can send, as the other person is gone.",
                        null=True,
                        verbose_name="closed",
                    ),
                ),
                ("deleted_at", models.DateTimeField(blank=True, null=True, verbose_name="deleted")),
                (
                    "client_user",
                    chat.models.fields.UserKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        help_text="Whose request it is; set for support, and only there.",
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="client",
                    ),
                ),
                (
                    "created_by",
                    chat.models.fields.UserKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="created by",
                    ),
                ),
            ],
            options={
                "verbose_name": "chat group",
                "verbose_name_plural": "chat groups",
                "permissions": (("support_staff", "Can serve support conversations"),),
                "indexes": [
                    models.Index(
                        condition=models.Q(("client_user__isnull", False)),
                        fields=["client_user"],
                        name="chat_group_client",
                    ),
                    models.Index(fields=["group_type", "-created_at"], name="chat_group_type"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("group_type__in", ["support", "peer", "group"])),
                        name="chat_group_type_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("posting__in", ["everyone", "admins"])), name="chat_group_posting_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("history_visibility__in", ["start", "joined"])),
                        name="chat_group_history_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("client_user__isnull", False), ("group_type", "support")),
                            models.Q(models.Q(("group_type", "support"), _negated=True), ("client_user__isnull", True)),
                            _connector="OR",
                        ),
                        name="chat_group_client_iff_support",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("group_type", "peer"), ("peer_key__isnull", False)),
                            models.Q(models.Q(("group_type", "peer"), _negated=True), ("peer_key__isnull", True)),
                            _connector="OR",
                        ),
                        name="chat_group_peer_key_iff_peer",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("deleted_at__isnull", True)),
                        fields=("scope", "peer_key"),
                        name="chat_group_one_per_pair",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ChatGroupUser",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("client", "Client"),
                            ("staff", "Staff"),
                            ("owner", "Owner"),
                            ("admin", "Admin"),
                            ("member", "Member"),
                        ],
                        max_length=16,
                        verbose_name="role",
                    ),
                ),
                (
                    "read_seq",
                    models.PositiveBigIntegerField(
                        default=0,
                        help_text="Number of the last message read; never goes back.",
                        verbose_name="read up to",
                    ),
                ),
                (
                    "unread_from_seq",
                    models.PositiveBigIntegerField(
                        default=0, help_text="Messages after this number count as unread.", verbose_name="unread after"
                    ),
                ),
                ("read_changed_at", models.DateTimeField(blank=True, null=True, verbose_name="last read")),
                ("delivered_seq", models.PositiveBigIntegerField(default=0, verbose_name="received up to")),
                (
                    "visible_from_seq",
                    models.PositiveBigIntegerField(
                        default=1,
                        help_text="Number of the first message that this person can see.",
                        verbose_name="sees from",
                    ),
                ),
                ("muted_until", models.DateTimeField(blank=True, null=True, verbose_name="muted until")),
                ("pinned_at", models.DateTimeField(blank=True, null=True, verbose_name="pinned")),
                ("archived_at", models.DateTimeField(blank=True, null=True, verbose_name="archived")),
                ("left_at", models.DateTimeField(blank=True, null=True, verbose_name="left")),
                (
                    "version",
                    models.PositiveBigIntegerField(
                        default=0,
                        help_text="Version of the group at the last change others can see.",
                        verbose_name="version",
                    ),
                ),
                (
                    "floor_version",
                    models.PositiveBigIntegerField(
                        default=0, help_text="Who knows the group only from before this version must load it anew."
                    ),
                ),
                (
                    "state_version",
                    models.PositiveBigIntegerField(
                        default=0, help_text="Counts the changes that only this person sees."
                    ),
                ),
                ("created_at", models.DateTimeField(verbose_name="created")),
                ("changed_at", models.DateTimeField(verbose_name="changed")),
                (
                    "group",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="memberships",
                        to="chat.chatgroup",
                        verbose_name="group",
                    ),
                ),
                (
                    "user",
                    chat.models.fields.UserKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="chat_memberships",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="user",
                    ),
                ),
            ],
            options={
                "verbose_name": "membership",
                "verbose_name_plural": "memberships",
                "indexes": [
                    models.Index(
                        condition=models.Q(("left_at__isnull", True)),
                        fields=["user", "group"],
                        name="chat_member_user_live",
                    ),
                    models.Index(
                        condition=models.Q(("left_at__isnull", True)), fields=["group", "role"], name="chat_member_role"
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("group", "user"), name="chat_member_once"),
                    models.UniqueConstraint(fields=("group", "version"), name="chat_member_version"),
                    models.CheckConstraint(
                        condition=models.Q(("role__in", ["client", "staff", "owner", "admin", "member"])),
                        name="chat_member_role_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("visible_from_seq__gte", 1)), name="chat_member_sees_from_1"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ChatMessage",
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
                        help_text="1, 2, 3 … in the group, in the order of commits.", verbose_name="number"
                    ),
                ),
                (
                    "version",
                    models.PositiveBigIntegerField(
                        help_text="Version of the group at its last change.", verbose_name="version"
                    ),
                ),
                (
                    "message_type",
                    models.CharField(
                        choices=[("text", "Text"), ("system", "System")],
                        default="text",
                        max_length=16,
                        verbose_name="type",
                    ),
                ),
                ("message_text", models.TextField(blank=True, null=True, verbose_name="text")),
                ("reference_id", models.CharField(blank=True, default="", max_length=255, verbose_name="reference")),
                (
                    "reference_type",
                    models.CharField(
                        blank=True, default="chat", help_text="Any text.", max_length=100, verbose_name="reference type"
                    ),
                ),
                ("reference_list", models.JSONField(blank=True, null=True, verbose_name="references")),
                ("client_id", models.UUIDField(blank=True, editable=False, null=True)),
                ("client_hash", models.CharField(blank=True, default="", editable=False, max_length=64)),
                (
                    "counts",
                    models.BooleanField(
                        default=True,
                        editable=False,
                        help_text="Whether it counts as unread: not deleted, not by the system.",
                    ),
                ),
                ("read_at", models.DateTimeField(blank=True, null=True, verbose_name="first read")),
                ("deleted_at", models.DateTimeField(blank=True, null=True, verbose_name="deleted")),
                ("purged_at", models.DateTimeField(blank=True, null=True, verbose_name="text removed")),
                (
                    "created_at",
                    models.DateTimeField(help_text="Strictly increasing in the group.", verbose_name="created"),
                ),
                ("changed_at", models.DateTimeField(verbose_name="changed")),
                (
                    "deleted_by",
                    chat.models.fields.UserKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="deleted by",
                    ),
                ),
                (
                    "group",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="messages",
                        to="chat.chatgroup",
                        verbose_name="group",
                    ),
                ),
                (
                    "sender",
                    chat.models.fields.UserKey(
                        blank=True,
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
                "verbose_name": "message",
                "verbose_name_plural": "messages",
                "indexes": [
                    models.Index(
                        condition=models.Q(("counts", False)), fields=["group", "seq"], name="chat_message_not_counting"
                    ),
                    models.Index(
                        condition=models.Q(("counts", True)),
                        fields=["group", "sender", "seq"],
                        name="chat_message_sender",
                    ),
                    models.Index(
                        condition=models.Q(("reference_id", ""), _negated=True),
                        fields=["group", "reference_id", "reference_type", "seq"],
                        name="chat_message_reference",
                    ),
                    models.Index(fields=["group", "reference_type", "seq"], name="chat_message_ref_type"),
                    models.Index(
                        condition=models.Q(("deleted_at__isnull", False), ("purged_at__isnull", True)),
                        fields=["deleted_at"],
                        name="chat_message_to_purge",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("group", "seq"), name="chat_message_seq"),
                    models.UniqueConstraint(fields=("group", "version"), name="chat_message_version"),
                    models.UniqueConstraint(fields=("group", "created_at"), name="chat_message_created"),
                    models.UniqueConstraint(
                        condition=models.Q(("client_id__isnull", False)),
                        fields=("group", "sender", "client_id"),
                        name="chat_message_client_id",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("message_type__in", ["text", "system"])), name="chat_message_type_known"
                    ),
                    models.CheckConstraint(condition=models.Q(("seq__gte", 1)), name="chat_message_seq_from_1"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("counts", True),
                                ("deleted_at__isnull", True),
                                models.Q(("message_type", "system"), _negated=True),
                            ),
                            models.Q(("counts", False), ("deleted_at__isnull", False)),
                            models.Q(("counts", False), ("message_type", "system")),
                            _connector="OR",
                        ),
                        name="chat_message_counts",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("purged_at__isnull", True),
                            models.Q(
                                ("deleted_at__isnull", False),
                                ("message_text__isnull", True),
                                ("reference_list__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="chat_message_purged_is_deleted",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ReadMark",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("seq", models.PositiveBigIntegerField(help_text="Read up to here.")),
                ("at", models.DateTimeField()),
                (
                    "group",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="read_marks",
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
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("group", "user", "seq"), name="chat_read_mark_once")],
            },
        ),
    ]
