"""Who may call at all."""

from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.views import APIView

from chat.claims import claim_of


class IsSignedIn(IsAuthenticated):
    """People who signed in; a signed token will do where the account is looked at later."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Return whether somebody signed in."""
        return claim_of(request.user) is not None or super().has_permission(request, view)
