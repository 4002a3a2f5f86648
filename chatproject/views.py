"""The host's own pages."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from django.conf import settings
from django.contrib.auth.mixins import LoginRequiredMixin
from django.contrib.auth.views import LoginView
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView

from chatproject.demo import PASSWORD, PEOPLE


class Link(NamedTuple):
    """A way from the home page: a route, its name and what awaits there."""

    route: str
    title: str | Promise
    says: str | Promise

    @property
    def url(self) -> str:
        """The route's address."""
        return reverse(self.route)


PUBLIC = (
    Link("chat:api-root", _("API by hand"), _("Read and write conversations in the browser.")),
    Link("docs", _("API reference"), _("Every route, with examples to try.")),
    Link("schema", _("OpenAPI schema"), _("The same for tools.")),
)
STAFF = (Link("admin:index", _("Admin"), _("Find people, conversations and messages.")),)


class HomeView(LoginRequiredMixin, TemplateView):
    """What the signed-in person can go to."""

    template_name = "home.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the links that this person may follow."""
        links = PUBLIC + (STAFF if self.request.user.is_staff else ())
        return super().get_context_data(**kwargs) | {"links": list(_existing(links))}


class SignInView(LoginView):
    """Django's sign-in; a demo also tells who can."""

    redirect_authenticated_user = True

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the demo's people, in a demo only."""
        people = PEOPLE if settings.DEMO else ()
        demo = {"demo_people": people, "demo_password": PASSWORD}
        return super().get_context_data(**kwargs) | demo


def _existing(links: tuple[Link, ...]) -> Iterator[Link]:
    for link in links:
        try:
            reverse(link.route)
        except NoReverseMatch:
            continue
        yield link
