"""What every page shares: it is read-only, who read it is written down, and its cost does not grow with the tables."""

from collections.abc import Sequence
from functools import cached_property
from html import unescape
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin import ShowFacets
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import SEARCH_VAR, ChangeList
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.html import format_html, strip_tags
from django.utils.safestring import SafeString

from chat.admin.naming import group_name
from chat.choices import AuditAction
from chat.models import ChatGroup
from chat.services.safety.audit import audit_add


class BoundedPaginator(Paginator):  # type: ignore[type-arg]
    """Pages through the first thousands of rows; what lies behind is for search and filters.

    A history of millions is neither counted nor skipped through.
    """

    rows_at_most = 2000

    @cached_property
    def count(self) -> int:
        """Return the number of rows up to the bound."""
        rows: QuerySet[Any] = self.object_list  # type: ignore[assignment]
        return rows.order_by()[: self.rows_at_most].count()

    @property
    def is_cut_off(self) -> bool:
        """Return whether there may be more rows than are paged through."""
        return self.count == self.rows_at_most


class Titled(SimpleLazyObject):  # type: ignore[type-arg]
    """A row that is called by its title, where Django's templates would call it by its ids."""

    def __init__(self, row: Model, title: str) -> None:
        super().__init__(lambda: row)
        self.__dict__["title"] = title

    def __str__(self) -> str:
        return str(self.__dict__["title"])


class ViewPermission:
    """Shows to those who hold the view permission; adds, changes and deletes nothing, as only services write."""

    opts: Any

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Return whether the person holds the view permission itself; one to change does not do."""
        return bool(request.user.has_perm(f"{self.opts.app_label}.view_{self.opts.model_name}"))

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Refuse."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Refuse."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Refuse."""
        return False


class ReadingInline(ViewPermission, admin.TabularInline):  # type: ignore[type-arg]
    """Rows on the page of what they belong to."""

    template = "admin/chat/rows.html"
    extra = 0
    can_delete = False


class CarefulAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Answers addresses and ids that somebody made up, over which Django's own pages fail."""

    def get_changelist_instance(self, request: HttpRequest) -> ChangeList:
        """Return the list; a filter with a NUL, at which PostgreSQL fails, is a wrong one."""
        if any("\x00" in f"{name}{value}" for name, value in request.GET.items() if name != SEARCH_VAR):
            raise IncorrectLookupParameters
        return super().get_changelist_instance(request)

    def response_action(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse | None:
        """Answer an action on the chosen rows, without ids that cannot be one."""
        chosen = request.POST.copy()
        ids = chosen.getlist(ACTION_CHECKBOX_NAME)
        chosen.setlist(ACTION_CHECKBOX_NAME, [text for text in ids if _is_key(self.opts.pk, text)])
        request.POST = chosen  # type: ignore[assignment]
        return super().response_action(request, *args, **kwargs)


class ReadingAdmin(ViewPermission, CarefulAdmin):
    """Pages to find and read rows of one model."""

    actions: Sequence[str] | None = None
    list_per_page = 50
    list_max_show_all = 0
    paginator = BoundedPaginator
    show_full_result_count = False
    show_facets = ShowFacets.NEVER  # facets count whole tables
    sortable_by = ()  # no index serves any other order
    lookups: frozenset[str] = frozenset()
    """Filters that addresses may name, beside ``list_filter``: any other could ask for what is not shown."""

    titled_by: tuple[str, ...] = ()
    """What the page of one row is called by: fields and display methods that name people and groups, not their ids."""

    is_audited = True
    """Whether the book of privileged acts says who was shown these pages."""

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Keep what ``found_by`` says; all where nothing is looked for."""
        text = search_term.strip()
        return (queryset.filter(self.found_by(text, request)) if text else queryset), False

    def found_by(self, text: str, request: HttpRequest) -> Q:
        """Return what a search for ``text`` keeps; everything, where a page has no search."""
        return Q()

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Answer the list, once it is in the book who is shown which rows."""
        response = super().changelist_view(request, extra_context)
        page = (getattr(response, "context_data", None) or {}).get("cl")
        if page is not None and self.is_audited:
            asked = {_storable(name): _storable(value) for name, value in request.GET.dict().items()}
            details = {"query": asked, "ids": [str(row.pk) for row in page.result_list]}
            audit_add(acting_user=request.user, action=AuditAction.LISTED, target=self.model, details=details)
        return response

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Answer the page of one row, once it is in the book who is shown it."""
        if self.is_audited and context.get("original") is not None:
            audit_add(acting_user=request.user, action=AuditAction.READ, target=context["original"])
        if self.titled_by and context.get("original") is not None:
            context["subtitle"] = self.title_of(context["original"])
            context["original"] = Titled(context["original"], context["subtitle"])
        return super().render_change_form(request, context, *args, **kwargs)

    def tell_number(self, request: HttpRequest, number: int, told: str) -> None:
        """Say how many rows an action changed: a success, unless it was none."""
        self.message_user(request, told, messages.SUCCESS if number else messages.WARNING)

    def title_of(self, row: Any) -> str:  # noqa: ANN401 (of any model)
        """Return what the page of a row is called."""
        return ", ".join(unescape(strip_tags(str(self._titled(row, name)))) for name in self.titled_by)

    def _titled(self, row: Any, name: str) -> object:  # noqa: ANN401 (of any model)
        display = getattr(self, name, None) or getattr(row, f"get_{name}_display", None)
        if display is None:
            return getattr(row, name)
        return display(row) if hasattr(self, name) else display()

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Return whether an address may filter by ``lookup``."""
        filtered = {getattr(entry, "parameter_name", entry) for entry in self.get_list_filter(request)}
        return lookup in self.lookups or lookup.removesuffix("__exact") in filtered

    def group_page_link(self, group: ChatGroup, label: str = "") -> SafeString:
        """Return a link to the page of a group, named ``label`` or after the group."""
        url = self._url(ChatGroup, "change", group.pk)
        return format_html('<a href="{}">{}</a>', url, label or group_name(group))

    def list_link(self, model: type[Model], label: object, **filters: object) -> SafeString:
        """Return a link, named ``label``, to the rows of ``model`` that ``filters`` keep."""
        query = {name: str(value) for name, value in filters.items()}
        return format_html('<a href="{}">{}</a>', self._url(model, "changelist", query=query), label)

    def _url(self, model: type[Model], page: str, *args: object, query: dict[str, str] | None = None) -> str:
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}"
        return reverse(name, args=args, query=query, current_app=self.admin_site.name)


def _is_key(field: Any, text: str) -> bool:  # noqa: ANN401 (a field of any model)
    try:
        field.clean(text, None)
    except ValidationError:
        return False
    return True


def _storable(text: str) -> str:
    """Return a text as PostgreSQL can keep it in JSON, which takes no NUL."""
    return text.replace("\x00", "\N{REPLACEMENT CHARACTER}")
