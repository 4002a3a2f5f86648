"""BusinessHours, OpeningInterval and Holiday: when the desk is there."""

from typing import Self
from zoneinfo import ZoneInfo, available_timezones

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from chat.models.queryset import PrimaryQuerySet
from chat.models.support.opening import Interval, Opening


def validate_time_zone(name: str) -> None:
    """Raise ValidationError unless the IANA database has a time zone of this name."""
    if name not in available_timezones():
        raise ValidationError(_("There is no time zone of this name."), code="unknown_time_zone")


class BusinessHoursQuerySet(PrimaryQuerySet["BusinessHours"]):
    """Reads of business hours."""

    def of_scope(self, scope: str) -> Self:
        """Keep the hours of one tenant, with all that ``opening`` needs. Three statements."""
        return self.filter(scope=scope).prefetch_related("intervals", "holidays")


class BusinessHours(models.Model):
    """The week of a tenant's desk, in its time zone. Without a row the desk is always there."""

    scope = models.CharField(_("scope"), max_length=64, default="", blank=True, unique=True)
    time_zone = models.CharField(
        _("time zone"),
        max_length=64,
        default="UTC",
        validators=[validate_time_zone],
        help_text=_("Such as Africa/Addis_Ababa."),
    )
    away_message = models.TextField(
        _("away message"), blank=True, default="", help_text=_("What clients are told outside these hours.")
    )

    objects = BusinessHoursQuerySet.as_manager()

    class Meta:
        verbose_name = _("business hours")
        verbose_name_plural = _("business hours")

    def __str__(self) -> str:
        return self.scope or self.time_zone

    def opening(self) -> Opening:
        """Return the hours as something to compute with. Reads intervals and holidays unless they were fetched."""
        week: dict[int, list[Interval]] = {}
        for row in self.intervals.all():
            week.setdefault(row.weekday, []).append((row.opens, row.closes))
        holidays = frozenset(row.date for row in self.holidays.all())
        return Opening(ZoneInfo(self.time_zone), week, holidays)


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
        return f"{WEEKDAYS.get(self.weekday, '')}: {str(self.opens)[:5]}-{str(self.closes)[:5]}"


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
