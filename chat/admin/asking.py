"""Pages with a form to ask for one more row, which a service answers."""

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import Model, Q
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from chat.admin.naming import person_name
from chat.admin.reading import ReadingAdmin, Titled
from chat.admin.search import people_in
from chat.exceptions import ChatError


class AskingAdmin(ReadingAdmin):
    """Pages that show rows, latest first, and a form to ask for one more, which a service answers."""

    asked: tuple[str, ...] = ("user",)
    """The fields of the form."""
    shown: tuple[str, ...] = ()
    """The fields of the page of one."""
    ordering = ("-pk",)
    search_fields = ("id",)
    search_help_text = _("Name or id of a person.")
    raw_id_fields: ClassVar[tuple[str, ...]] = ("user",)

    def found_by(self, text: str, request: HttpRequest) -> Q:
        """Keep what is about a person of this name or id."""
        return Q(user_id__in=people_in(text))

    def get_fields(self, request: HttpRequest, obj: Model | None = None) -> tuple[str, ...]:
        """Return what a page shows, or asks."""
        return self.shown if obj else self.asked

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> type[Any]:  # noqa: ANN401
        """Return the form; one that the service refused says so, beside the field that it refused."""
        form: type[Any] = super().get_form(request, obj, change, **kwargs)
        if "user" in form.base_fields and "group" not in form.base_fields:
            form.base_fields["user"].required = True  # nobody is asked about nobody
        refused: ChatError | None = getattr(request, "refused_by_chat", None)
        return _refusing(form, refused) if refused else form

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Return whether the person may ask for one."""
        return bool(request.user.has_perm(f"chat.add_{self.opts.model_name}"))

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None) -> Any:  # noqa: ANN401
        """Answer the form; what the service refuses is rolled back, and shown in the form as it was filled in."""
        try:
            return super().add_view(request, form_url, extra_context)
        except ChatError as error:
            request.refused_by_chat = error  # type: ignore[attr-defined]
            return super().add_view(request, form_url, extra_context)

    def response_add(self, request: HttpRequest, obj: Model, post_url_continue: str | None = None) -> HttpResponse:
        """Say what was made by the name of the person, not by ids."""
        return super().response_add(request, Titled(obj, self.title_of(obj)), post_url_continue)

    @admin.display(description=_("user"))
    def person(self, row: Any) -> str:  # noqa: ANN401 (of any of these models)
        """Return whom it is about."""
        return person_name(row.user, row.user_id) if row.user_id else self.get_empty_value_display()


def _refusing(form: type[Any], refused: ChatError) -> type[Any]:
    class Refusing(form):  # type: ignore[misc]
        def clean(self) -> dict[str, Any]:
            values: dict[str, Any] = super().clean() or self.cleaned_data
            self.add_error(refused.field if refused.field in self.fields else None, str(refused.detail))
            return values

    return Refusing
