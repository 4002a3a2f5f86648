"""Which groups a list shows."""

from typing import Any

import django_filters
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field

from chat.models import ChatGroupUser
from chat.models.search_groups import named
from chat.roles import GroupType

Memberships = Any  # a queryset with annotations, which type checkers do not see


def _yes_or_no(value: str) -> bool:
    return value == "true"


class YesOrNo(django_filters.TypedChoiceFilter):  # type: ignore[misc]  # it comes without types
    """``true`` or ``false``; anything else is an error, not a silent "both"."""

    def __init__(self, *, label: Promise, **kwargs: Any) -> None:
        choices = (("true", _("Yes")), ("false", _("No")))
        super().__init__(choices=choices, coerce=_yes_or_no, label=label, **kwargs)
        extend_schema_field({"type": "string", "enum": ["true", "false"], "description": str(label)})(self)


class GroupFilters(django_filters.FilterSet):  # type: ignore[misc]  # it comes without types
    """Filters of the caller's groups; archived ones are shown only when asked for."""

    type = django_filters.ChoiceFilter(
        field_name="group__group_type", choices=GroupType.choices, label=_("Only groups of this type.")
    )
    unread = YesOrNo(method="keep_unread", label=_("Only groups with unread messages, or only those without."))
    archived = YesOrNo(method="keep_archived", label=_("Archived groups instead of the others."))
    search = django_filters.CharFilter(
        method="keep_named", max_length=100, label=_("In the name of the group, or of the other person.")
    )

    class Meta:
        model = ChatGroupUser
        fields: tuple[str, ...] = ()

    def filter_queryset(self, queryset: Memberships) -> Memberships:
        """Apply what was asked for; hide archived groups by default."""
        rows: Memberships = super().filter_queryset(queryset)
        return rows if self.form.cleaned_data["archived"] else rows.filter(archived_at__isnull=True)

    def keep_unread(self, rows: Memberships, _name: str, unread: bool) -> Memberships:
        """Keep groups with, or without, unread messages."""
        return rows.filter(unread__gt=0) if unread else rows.filter(unread__lte=0)

    def keep_archived(self, rows: Memberships, _name: str, archived: bool) -> Memberships:
        """Keep archived groups, or the others."""
        return rows.filter(archived_at__isnull=not archived)

    def keep_named(self, rows: Memberships, _name: str, text: str) -> Memberships:
        """Keep groups whose name has the text, and peer groups with a person whom the host's search finds by it."""
        return named(rows, text)
