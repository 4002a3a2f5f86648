"""What became of the rows of older chats, and the numbers that their clients know: to read."""

from django.contrib import admin
from django.db.models import Q
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from chat.admin.reading import ReadingAdmin
from chat.models import LegacyNumber, LegacyRow

_DIGITS_MAX = 18


@admin.register(LegacyRow)
class LegacyRowAdmin(ReadingAdmin):
    """Rows of older chats, the last folded first."""

    list_display = ("old_id", "source", "database", "table", "outcome", "reason", "new_model", "new_id")
    list_filter = ("source", "table", "outcome")
    ordering = ("-pk",)
    search_fields = ("old_id",)
    search_help_text = _("Id that the row had, or that of what it became.")
    fields = (*list_display, "flags", "run", "fingerprint", "folded_version")

    def found_by(self, text: str, request: HttpRequest) -> Q:
        """Keep rows with exactly this id, old or new."""
        return Q(old_id=text) | Q(new_id=text)


@admin.register(LegacyNumber)
class LegacyNumberAdmin(ReadingAdmin):
    """Numbers, by kind, the highest first."""

    list_display = ("number", "kind", "new_id")
    list_filter = ("kind",)
    ordering = ("kind", "-number")
    search_fields = ("number",)
    search_help_text = _("Number.")
    fields = list_display

    def found_by(self, text: str, request: HttpRequest) -> Q:
        """Keep what has exactly this number."""
        is_number = text.isdecimal() and len(text) <= _DIGITS_MAX
        return Q(number=int(text)) if is_number else Q(pk__in=[])
