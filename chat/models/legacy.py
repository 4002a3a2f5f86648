"""LegacyRow and LegacyNumber: what became of each row of an older chat, and the integer ids that its clients know."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from chat.choices import Outcome
from chat.models.queryset import PrimaryQuerySet


class LegacyRow(models.Model):
    """One row of an older chat. Composite keys are joined by ``:``."""

    source = models.CharField(_("source"), max_length=32)
    database = models.CharField(_("database"), max_length=64)
    table = models.CharField(_("table"), max_length=128)
    old_id = models.CharField(_("old id"), max_length=255)
    outcome = models.CharField(_("outcome"), max_length=16, choices=Outcome.choices)
    reason = models.CharField(_("reason"), max_length=64, blank=True, default="")
    flags = models.JSONField(_("flags"), default=list, blank=True)
    new_model = models.CharField(_("new model"), max_length=64, blank=True, default="")
    new_id = models.CharField(_("new id"), max_length=64, blank=True, default="")
    run = models.UUIDField(_("run"))
    fingerprint = models.CharField(max_length=64, help_text=_("Hash of the source row."))
    folded_version = models.PositiveBigIntegerField(null=True, blank=True)

    objects = PrimaryQuerySet["LegacyRow"].as_manager()

    class Meta:
        verbose_name = _("row of an older chat")
        verbose_name_plural = _("rows of older chats")
        indexes = (
            # From a new row back to the old ones.
            models.Index(fields=["new_model", "new_id"], name="chat_legacy_new", condition=~Q(new_id="")),
            # What one run made.
            models.Index(fields=["run"], name="chat_legacy_run"),
        )
        constraints = (
            # Serves the look-up of an old id.
            models.UniqueConstraint(name="chat_legacy_once", fields=["source", "database", "table", "old_id"]),
            models.CheckConstraint(name="chat_legacy_outcome", condition=Q(outcome__in=Outcome.values)),
        )

    def __str__(self) -> str:
        return f"{self.source} {self.table} {self.old_id}"


class LegacyNumber(models.Model):
    """The integer under which a surface with integer ids knows a row: the old one, or one given out above those."""

    kind = models.CharField(_("kind"), max_length=32, help_text=_("conversation, message, call, poll …"))
    number = models.PositiveBigIntegerField(_("number"))
    new_id = models.UUIDField(_("new id"))

    objects = PrimaryQuerySet["LegacyNumber"].as_manager()

    class Meta:
        verbose_name = _("number of an older surface")
        verbose_name_plural = _("numbers of an older surface")
        constraints = (
            models.UniqueConstraint(name="chat_number_once", fields=["kind", "number"]),
            models.UniqueConstraint(name="chat_number_of", fields=["kind", "new_id"]),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.number}"
