"""SupportTag and RequestTag: what requests are about."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from chat.models.group import ChatGroup
from chat.models.queryset import PrimaryQuerySet


class SupportTag(models.Model):
    """A word for what requests are about, of one tenant."""

    scope = models.CharField(_("scope"), max_length=64, default="", blank=True)
    name = models.CharField(_("name"), max_length=50)

    objects = PrimaryQuerySet["SupportTag"].as_manager()

    class Meta:
        verbose_name = _("tag")
        verbose_name_plural = _("tags")
        constraints = (models.UniqueConstraint(name="chat_tag_once", fields=["scope", "name"]),)

    def __str__(self) -> str:
        return self.name


class RequestTag(models.Model):
    """A tag on a request."""

    group = models.ForeignKey(ChatGroup, on_delete=models.CASCADE, related_name="request_tags", db_index=False)
    tag = models.ForeignKey(SupportTag, on_delete=models.CASCADE, related_name="uses", db_index=False)

    objects = PrimaryQuerySet["RequestTag"].as_manager()

    class Meta:
        verbose_name = _("tag of a request")
        verbose_name_plural = _("tags of requests")
        indexes = (
            # The requests of a tag.
            models.Index(fields=["tag", "group"], name="chat_request_tag_reverse"),
        )
        constraints = (models.UniqueConstraint(name="chat_request_tag_once", fields=["group", "tag"]),)

    def __str__(self) -> str:
        return f"{self.tag_id} on {self.group_id}"
