"""What chat asks the demo host."""

from django.contrib.auth.models import User
from django.utils.crypto import get_random_string

from chat.adapter import ChatAdapter, UserId
from chat.adapter import User as Person

_TELLING_APART = 12


class Adapter(ChatAdapter):
    """The defaults, and visitors, who need no account to ask for help."""

    def guest_create(self, name: str) -> Person:
        """Return a user who cannot sign in, called as the visitor says."""
        guest = User(username=f"guest-{get_random_string(_TELLING_APART).lower()}", first_name=name)
        guest.set_unusable_password()
        guest.save()
        return guest

    def guest_claimed(self, guest_id: UserId, user: Person) -> None:  # noqa: ARG002 (as in ChatAdapter)
        """Let the guest in no more."""
        User.objects.filter(pk=guest_id).update(is_active=False)
