"""Invitation: a link with which people join a group by themselves."""

from typing import TYPE_CHECKING, Self
from uuid import UUID

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from chat.models.fields import UserKey, uuid7
from chat.models.group import ChatGroup
from chat.models.queryset import PrimaryQuerySet

if TYPE_CHECKING:
    from chat.models.membership import ChatGroupUser


class InvitationQuerySet(PrimaryQuerySet["Invitation"]):
    """Reads of invitations."""

    def of_token(self, token: str) -> Self:
        """Keep the invitation whose link has ``token``: none where this site did not sign it."""
        try:
            return self.filter(pk=UUID(_signer().unsign(token)))
        except BadSignature:
            return self.none()

    def in_scope(self, scope: str) -> Self:
        """Keep invitations to the groups of one tenant that were not deleted."""
        return self.filter(group__scope=scope, group__deleted_at__isnull=True)

    def made_by(self, membership: "ChatGroupUser") -> Self:
        """Keep what a member made in the group, and nobody revoked."""
        # Index: chat_invitation_listed.
        return self.filter(group=membership.group_id, created_by=membership.user_id, revoked_at__isnull=True)


class Invitation(models.Model):
    """A link into a group. What it shows is its id, signed: nothing in the table opens the door."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    group = models.ForeignKey(ChatGroup, on_delete=models.CASCADE, related_name="invitations", db_index=False)
    created_by = UserKey(settings.AUTH_USER_MODEL, null=True, related_name="+", verbose_name=_("made by"))
    needs_approval = models.BooleanField(_("joining needs approval"), default=False)
    use_limit = models.PositiveIntegerField(_("may be used"), null=True, blank=True, help_text=_("Times; empty: ever."))
    use_count = models.PositiveIntegerField(_("was used"), default=0)
    expires_at = models.DateTimeField(_("expires"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)
    created_at = models.DateTimeField(_("created"))

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        indexes = (
            # The invitations of a group, newest first.
            models.Index(fields=["group", "-created_at", "-id"], name="chat_invitation_listed"),
        )
        constraints = (
            models.CheckConstraint(
                name="chat_invitation_use_limit",
                condition=Q(use_limit__isnull=True) | Q(use_limit__gte=1, use_count__lte=F("use_limit")),
            ),
        )

    def __str__(self) -> str:
        return f"{self.group_id} by {self.created_by_id}"

    @property
    def token(self) -> str:
        """What the link has. Keys of the setting SECRET_KEY_FALLBACKS keep older links good."""
        return _signer().sign(self.pk.hex)

    @property
    def is_used_up(self) -> bool:
        """Whether it was used as often as it may be."""
        return self.use_limit is not None and self.use_count >= self.use_limit


def _signer() -> Signer:
    return Signer(sep=".", salt="chat.invitation")
