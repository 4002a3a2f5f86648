"""BusinessHours, OpeningInterval and Holiday: when the desk is there."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from chat.models.queryset import PrimaryQuerySet


class BusinessHours(models.Model):
    """The week of a tenant's desk, in its time zone. Without a row the desk is always there."""

    scope = models.CharField(_("scope"), max_length=64, default="", blank=True, unique=True)
    time_zone = models.CharField(
        _("time zone"), max_length=64, default="UTC", help_text=_("Such as Africa/Addis_Ababa.")
    )
    away_message = models.TextField(
        _("away message"), blank=True, default="", help_text=_("What clients are told outside these hours.")
    )

    objects = PrimaryQuerySet["BusinessHours"].as_manager()

    class Meta:
        verbose_name = _("business hours")
        verbose_name_plural = _("business hours")

    def __str__(self) -> str:
        return self.scope or self.time_zone


class OpeningInterval(models.Model):
    """A time of a weekday; several a day may follow each other. Midnight at its end is written 00:00."""

    hours = models.ForeignKey(BusinessHours, on_delete=models.CASCADE, related_name="intervals", db_index=False)
    weekday = models.PositiveSmallIntegerField(_("weekday"), help_text=_("0 is Monday, 6 is Sunday."))
    opens = models.TimeField(_("opens"))
    closes = models.TimeField(_("closes"))

    objects = PrimaryQuerySet["OpeningInterval"].as_manager()

    class Meta:
        verbose_name = _("opening interval")
        verbose_name_plural = _("opening intervals")
        constraints = (
            models.UniqueConstraint(name="chat_interval_once", fields=["hours", "weekday", "opens"]),
            models.CheckConstraint(name="chat_interval_weekday", condition=Q(weekday__lte=6)),
            models.CheckConstraint(
                name="chat_interval_forward", condition=Q(closes__gt=F("opens")) | Q(closes="00:00:00")
            ),
        )

    def __str__(self) -> str:
        return f"{self.weekday}: {self.opens}-{self.closes}"


class Holiday(models.Model):
    """A day on which the desk is closed."""

    hours = models.ForeignKey(BusinessHours, on_delete=models.CASCADE, related_name="holidays", db_index=False)
    date = models.DateField(_("date"))
    name = models.CharField(_("name"), max_length=100, blank=True, default="")

    objects = PrimaryQuerySet["Holiday"].as_manager()

    class Meta:
        verbose_name = _("holiday")
        verbose_name_plural = _("holidays")
        constraints = (models.UniqueConstraint(name="chat_holiday_once", fields=["hours", "date"]),)

    def __str__(self) -> str:
        return f"{self.date} {self.name}".strip()
