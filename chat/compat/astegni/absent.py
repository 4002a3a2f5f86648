"""What the older servers had and this one leaves out on purpose, and whatever else is asked for."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework.request import Request

from chat.compat.astegni.base import AstegniView
from chat.compat.astegni.errors import Gone, Text
from chat.exceptions import NotFound


class AbsentView(AstegniView):
    """Something that is left out: 410 with the reason, for every method."""

    reason: Text = ""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Say so, to who is signed in."""
        super().initial(request, *args, **kwargs)
        raise Gone(str(self.reason))


class SessionsView(AbsentView):
    """``sessions``."""

    reason = _("Devices and sign-ins are the site's own business, not the chat's.")


class TwoStepView(AbsentView):
    """``security/…``."""

    reason = _("Two-step sign-in is the site's own business, not the chat's.")


class DataView(AbsentView):
    """``data``."""

    reason = _("Nothing deletes all chats at once here: ask for an export or for erasure instead.")


class UnknownView(AstegniView):
    """Whatever else is asked for."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Answer that it is not there."""
        super().initial(request, *args, **kwargs)
        raise NotFound
