"""Attachment: a file of a message, or one that waits to be sent."""

from collections.abc import Collection
from datetime import datetime
from typing import Self
from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from chat.adapter import User, UserId
from chat.files.storage import file_storage, random_path
from chat.models.fields import UserKey, uuid7
from chat.models.group import ChatGroup
from chat.models.message import ChatMessage
from chat.models.queryset import PrimaryQuerySet
from chat.roles import FileKind, ScanState

UNSENT = Q(message__isnull=True)
MEDIA = (FileKind.IMAGE, FileKind.VIDEO)


class AttachmentQuerySet(PrimaryQuerySet["Attachment"]):
    """Reads of attachments."""

    def kept(self) -> Self:
        """Keep rows that were not given up: of the others the bytes are going, or gone."""
        return self.filter(dropped_at__isnull=True)

    def unsent(self) -> Self:
        """Keep uploads that no message has yet."""
        return self.kept().filter(UNSENT)

    def unsent_of(self, user_id: UserId) -> Self:
        """Keep the uploads of one person that no message has yet."""
        # Index: chat_attachment_unsent_of.
        return self.unsent().filter(uploaded_by=user_id)

    def visible_to(self, user: User) -> Self:
        """Keep the files of live messages that ``user`` can see, and their own unsent uploads."""
        seen = ChatMessage.objects.visible_to(user).showing(Now()).filter(pk=OuterRef("message"))
        return self.kept().filter(Q(UNSENT, uploaded_by=user) | Exists(seen))

    def of_messages(self, message_ids: Collection[UUID]) -> Self:
        """Keep the files of these messages, each message's in its order."""
        # Index: chat_attachment_position.
        return self.kept().filter(message__in=message_ids).order_by("message", "position")

    def expired(self, uploaded_before: datetime) -> Self:
        """Keep uploads that nobody has sent in time."""
        # Index: chat_attachment_unsent.
        return self.unsent().filter(created_at__lt=uploaded_before)

    def dropped(self) -> Self:
        """Keep rows that were given up and whose bytes may still be there."""
        # Index: chat_attachment_dropped.
        return self.filter(dropped_at__isnull=False)

    def sharing_file(self, name: str | None) -> Self:
        """Keep the rows that need the stored file ``name``: a forwarded message has the file of the first."""
        # Index: chat_attachment_file.
        return self.kept().filter(file=name)


class Attachment(models.Model):
    """A file: first an upload of one person, then for good part of one message.

    The bytes never change once they are stored; a row that is given up (``dropped_at``) goes once its bytes are gone.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    group = models.ForeignKey(
        ChatGroup, on_delete=models.CASCADE, null=True, blank=True, related_name="attachments", db_index=False
    )
    message = models.ForeignKey(
        ChatMessage, on_delete=models.CASCADE, null=True, blank=True, related_name="attachments", db_index=False
    )
    seq = models.PositiveBigIntegerField(_("number"), null=True, blank=True, help_text=_("The message's."))
    position = models.PositiveSmallIntegerField(_("position"), default=0, help_text=_("In its message, from 0."))
    uploaded_by = UserKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, related_name="+", verbose_name=_("uploaded by")
    )
    file = models.FileField(_("file"), storage=file_storage, upload_to=random_path, max_length=255)
    preview = models.FileField(_("preview"), storage=file_storage, upload_to=random_path, max_length=255, blank=True)
    name = models.CharField(_("name"), max_length=255, help_text=_("For people; the file is stored under another."))
    mime_type = models.CharField(_("type"), max_length=127, help_text=_("By its content, not by its name."))
    kind = models.CharField(_("kind"), max_length=16, choices=FileKind.choices)
    size = models.PositiveBigIntegerField(_("size"), help_text=_("In bytes, as stored."))
    width = models.PositiveIntegerField(_("width"), null=True, blank=True)
    height = models.PositiveIntegerField(_("height"), null=True, blank=True)
    duration_ms = models.PositiveIntegerField(_("duration"), null=True, blank=True, help_text=_("As the client says."))
    waveform = models.JSONField(_("waveform"), null=True, blank=True, help_text=_("As the client says: 0 to 100 each."))
    scan_state = models.CharField(_("scan"), max_length=16, choices=ScanState.choices, default=ScanState.CLEAN)
    created_at = models.DateTimeField(_("uploaded"))
    dropped_at = models.DateTimeField(_("given up"), null=True, blank=True, editable=False)

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        indexes = (
            # Uploads that expire.
            models.Index(fields=["created_at"], name="chat_attachment_unsent", condition=UNSENT),
            # One person's unsent uploads, which are limited in number.
            models.Index(fields=["uploaded_by"], name="chat_attachment_unsent_of", condition=UNSENT),
            # Shared media and files of a group, newest first.
            models.Index(
                fields=["group", "kind", "-seq", "position"],
                name="chat_attachment_shared",
                condition=Q(message__isnull=False, dropped_at__isnull=True),
            ),
            # Shared images and videos of a group together, newest first.
            models.Index(
                fields=["group", "-seq", "position"],
                name="chat_attachment_media",
                condition=Q(message__isnull=False, dropped_at__isnull=True, kind__in=[str(kind) for kind in MEDIA]),
            ),
            # Whether other rows need a stored file.
            models.Index(fields=["file"], name="chat_attachment_file"),
            # Rows whose bytes are to go.
            models.Index(fields=["dropped_at"], name="chat_attachment_dropped", condition=Q(dropped_at__isnull=False)),
        )
        constraints = (
            # Serves the files of a page of messages.
            models.UniqueConstraint(name="chat_attachment_position", fields=["message", "position"]),
            models.CheckConstraint(
                name="chat_attachment_sent_as_a_whole",
                condition=Q(message__isnull=True, group__isnull=True, seq__isnull=True)
                | Q(message__isnull=False, group__isnull=False, seq__isnull=False),
            ),
            models.CheckConstraint(name="chat_attachment_kind_known", condition=Q(kind__in=FileKind.values)),
            models.CheckConstraint(name="chat_attachment_scan_known", condition=Q(scan_state__in=ScanState.values)),
        )

    def __str__(self) -> str:
        return self.name
