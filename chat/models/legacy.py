"""LegacyRow and LegacyNumber: what became of each row of an older chat, and the integer ids that its clients know."""

from collections.abc import Collection, Mapping
from typing import Self
from uuid import UUID

from django.apps import apps
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Length
from django.utils.translation import gettext_lazy as _

from chat.choices import NumberKind, Outcome
from chat.models.calls import Call
from chat.models.group import ChatGroup
from chat.models.message import ChatMessage
from chat.models.queryset import PrimaryQuerySet

SOURCE = "astegni"
"""The older chat whose ids are integers, and whose surface still knows them."""
HAZO_SOURCES = ("hazo2", "hazo3")
FOLDED = (Outcome.KEPT, Outcome.MERGED)
"""Outcomes of rows that became something."""
SHOWN_BY: Mapping[str, str] = {
    "ChatGroupUser": "ChatGroup",
    "MessageReaction": "ChatMessage",
    "PollVote": "ChatMessage",
}
"""Models whose rows ``LegacyRow`` names by what they belong to, as the database gives them their keys."""
TABLES: Mapping[str, str] = {
    NumberKind.CONVERSATION: "conversations",
    NumberKind.MESSAGE: "chat_messages",
    NumberKind.CALL: "call_logs",
    NumberKind.POLL: "polls",
    NumberKind.CONNECTION: "connections",
}
"""Which of its tables had these ids."""


class LegacyRowQuerySet(PrimaryQuerySet["LegacyRow"]):
    """Reads of what became of old rows."""

    def folded(self, source: str, table: str, old_ids: Collection[str], *, database: str | None = None) -> Self:
        """Keep what rows with these ids became, by database; what became nothing is left out."""
        # Index: chat_legacy_once.
        rows = self.filter(source=source, table=table, old_id__in=old_ids, outcome__in=FOLDED).exclude(new_id="")
        return (rows if database is None else rows.filter(database=database)).order_by("database")

    def hazo_ids(self, table: str, old_ids: Collection[str]) -> dict[str, UUID]:
        """Return what became of rows of an older hazo_chat, by old id; what became nothing is left out."""
        # Index: chat_legacy_once.
        rows = self.filter(source__in=HAZO_SOURCES, table=table, old_id__in=old_ids, outcome__in=FOLDED)
        found = rows.exclude(new_id="").order_by("-source", "-database").values_list("old_id", "new_id")
        return {old_id: UUID(new_id) for old_id, new_id in found}

    def of_kind(self, kind: NumberKind) -> Self:
        """Keep the rows of one of the tables whose ids are numbers."""
        return self.filter(source=SOURCE, table=TABLES[kind])

    def new_id_of(self, kind: NumberKind, number: int) -> UUID | None:
        """Return what the old row with this id became, also where it was merged into another; None if nothing."""
        # Index: chat_legacy_once.
        rows = self.of_kind(kind).filter(old_id=str(number), outcome__in=FOLDED)
        found = rows.exclude(new_id="").order_by("database").values_list("new_id", flat=True).first()
        return None if found is None else UUID(found)

    def numbers_of(self, kind: NumberKind, new_ids: Collection[UUID]) -> dict[UUID, int]:
        """Return the old ids of what was folded; of several rows that became one, that of the one that was kept."""
        # Index: chat_legacy_new.
        rows = self.of_kind(kind).filter(outcome=Outcome.KEPT, new_id__in=[str(new_id) for new_id in new_ids])
        return {UUID(new_id): int(old_id) for new_id, old_id in rows.values_list("new_id", "old_id")}

    def highest(self, kind: NumberKind) -> int:
        """Return the highest old id, whatever became of its row; 0 where nothing was folded."""
        # Index: chat_legacy_highest.
        rows = self.of_kind(kind).order_by(Length("old_id").desc(), F("old_id").desc())
        return int(rows.values_list("old_id", flat=True).first() or 0)


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

    objects = LegacyRowQuerySet.as_manager()

    class Meta:
        verbose_name = _("row of an older chat")
        verbose_name_plural = _("rows of older chats")
        indexes = (
            # From a new row back to the old ones.
            models.Index(fields=["new_model", "new_id"], name="chat_legacy_new", condition=~Q(new_id="")),
            # What one run made.
            models.Index(fields=["run"], name="chat_legacy_run"),
            # The highest id of a table whose ids are numbers: the longest, of those the last.
            models.Index("source", "table", Length("old_id").desc(), F("old_id").desc(), name="chat_legacy_highest"),
        )
        constraints = (
            # Serves the look-up of an old id.
            models.UniqueConstraint(name="chat_legacy_once", fields=["source", "database", "table", "old_id"]),
            models.CheckConstraint(name="chat_legacy_outcome", condition=Q(outcome__in=Outcome.values)),
        )

    def __str__(self) -> str:
        return f"{self.source} {self.table} {self.old_id}"

    def new_model_shown(self) -> type[models.Model] | None:
        """Return the model of ``new_object``; None where the row became nothing, or there is no such model any more."""
        name = self.new_model.rpartition(".")[2]
        return apps.all_models["chat"].get(SHOWN_BY.get(name, name).lower()) if self.new_id else None

    def new_object(self) -> models.Model | None:
        """Return what the row became, or went into; None where it became nothing, or that is gone.

        Of a membership the group, of a reaction or a vote the message.
        """
        model = self.new_model_shown()
        return None if model is None else model._base_manager.filter(pk=self.new_id).first()


class LegacyNumberQuerySet(PrimaryQuerySet["LegacyNumber"]):
    """Reads of numbers."""

    def known(self, wanted: Mapping[NumberKind, Collection[UUID]]) -> dict[NumberKind, dict[UUID, int]]:
        """Return the numbers of these rows, by kind, as far as they have one. One statement."""
        # Index: chat_number_of.
        ids = {new_id for new_ids in wanted.values() for new_id in new_ids}
        found: dict[NumberKind, dict[UUID, int]] = {kind: {} for kind in wanted}
        rows = self.filter(kind__in=list(wanted), new_id__in=ids).values_list("kind", "new_id", "number")
        for kind, new_id, number in rows if ids else ():
            found[NumberKind(kind)][new_id] = number
        return found

    def new_id_of(self, kind: NumberKind, number: int) -> UUID | None:
        """Return which row a client means by a number, old or given out here; None if nothing has it.

        Nothing of a desk has one: a surface with integer ids does not know desks.
        """
        # Index: chat_number_once.
        rows = self.filter(kind=kind, number=number).exclude(_at_desk(kind))
        new_id = rows.values_list("new_id", flat=True).first()
        return new_id or LegacyRow.objects.new_id_of(kind, number)

    def highest(self, kind: NumberKind) -> int:
        """Return the highest number in use, those of old rows included."""
        # Index: chat_number_once.
        given = self.filter(kind=kind).order_by("-number").values_list("number", flat=True).first()
        return max(given or 0, LegacyRow.objects.highest(kind))


def _at_desk(kind: NumberKind) -> Q:
    """Return whether the row that a number stands for is a desk, or in one."""
    desks = ChatGroup.objects.filter(desk_of__isnull=False)
    if kind == NumberKind.CONVERSATION:
        return Q(Exists(desks.filter(pk=OuterRef("new_id"))))
    if kind == NumberKind.CONNECTION:
        return Q(pk__in=())
    model = Call if kind == NumberKind.CALL else ChatMessage
    return Q(Exists(model._base_manager.filter(pk=OuterRef("new_id"), group__in=desks)))


class LegacyNumber(models.Model):
    """The integer under which a surface with integer ids knows a row: the old one, or one given out above those."""

    kind = models.CharField(_("kind"), max_length=32, choices=NumberKind.choices)
    number = models.PositiveBigIntegerField(_("number"))
    new_id = models.UUIDField(_("new id"))

    objects = LegacyNumberQuerySet.as_manager()

    class Meta:
        verbose_name = _("number of an older surface")
        verbose_name_plural = _("numbers of an older surface")
        constraints = (
            # Serves the look-up of a number, and the highest one.
            models.UniqueConstraint(name="chat_number_once", fields=["kind", "number"]),
            # Serves the numbers of a page.
            models.UniqueConstraint(name="chat_number_of", fields=["kind", "new_id"]),
            models.CheckConstraint(name="chat_number_kind_known", condition=Q(kind__in=NumberKind.values)),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.number}"
