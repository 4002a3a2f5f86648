"""ChatSettings: how one person wants to be met, told and shown things."""

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from chat.choices import Audience, MuteDuration, Visibility
from chat.models.fields import UserKey
from chat.models.queryset import PrimaryQuerySet

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as Label


def _audience(label: "Label") -> "models.CharField[Any, Any]":
    return models.CharField(label, max_length=16, choices=Audience.choices, default=Audience.EVERYONE)


def _visibility(label: "Label") -> "models.CharField[Any, Any]":
    return models.CharField(label, max_length=16, choices=Visibility.choices, default=Visibility.EVERYONE)


class ChatSettings(models.Model):
    """One person's settings; who has no row has the defaults."""

    user = UserKey(settings.AUTH_USER_MODEL, null=True, related_name="+", verbose_name=_("user"))
    who_can_message = _audience(_("who can message me"))
    allow_calls_from = _audience(_("who can call me"))
    allow_group_adds = _audience(_("who can add me to groups"))
    allow_channel_adds = _audience(_("who can add me to channels"))
    last_seen_visibility = _visibility(_("who sees when I was here"))
    profile_photo_visibility = _visibility(_("who sees my picture"))
    about_visibility = _visibility(_("who sees what I say about myself"))
    groups_visibility = _visibility(_("who sees which groups we share"))
    read_receipts = models.BooleanField(_("read receipts"), default=True)
    online_status = models.BooleanField(_("show when I am online"), default=True)
    typing_indicators = models.BooleanField(_("show when I am writing"), default=True)
    block_screenshots = models.BooleanField(_("ask apps to block screenshots"), default=False)
    disable_forwarding = models.BooleanField(_("nobody forwards my messages"), default=False)
    hide_phone_number = models.BooleanField(_("hide my phone number"), default=False)
    hide_email = models.BooleanField(_("hide my e-mail address"), default=False)
    message_notifications = models.BooleanField(_("notify me of messages"), default=True)
    sound_alerts = models.BooleanField(_("play sounds"), default=True)
    mute_duration = models.CharField(
        _("mute everything for"), max_length=16, choices=MuteDuration.choices, default=MuteDuration.OFF
    )
    mute_until = models.DateTimeField(_("muted until"), null=True, blank=True)
    language = models.CharField(_("language"), max_length=16, blank=True, default="")
    appearance = models.JSONField(
        _("appearance"), default=dict, blank=True, help_text=_("What clients keep of looks, media and translation.")
    )
    created_at = models.DateTimeField(_("created"))
    changed_at = models.DateTimeField(_("changed"))

    objects = PrimaryQuerySet["ChatSettings"].as_manager()

    class Meta:
        verbose_name = _("chat settings")
        verbose_name_plural = _("chat settings")
        constraints = (
            models.UniqueConstraint(name="chat_settings_once", fields=["user"]),
            *(
                models.CheckConstraint(name=f"chat_settings_{name}", condition=Q(**{f"{name}__in": choices.values}))
                for name, choices in {
                    "who_can_message": Audience,
                    "allow_calls_from": Audience,
                    "allow_group_adds": Audience,
                    "allow_channel_adds": Audience,
                    "last_seen_visibility": Visibility,
                    "profile_photo_visibility": Visibility,
                    "about_visibility": Visibility,
                    "groups_visibility": Visibility,
                    "mute_duration": MuteDuration,
                }.items()
            ),
        )

    def __str__(self) -> str:
        return str(self.user_id)
