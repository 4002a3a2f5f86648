"""What chat asks the demo host."""

import re

from django.contrib.auth.models import User
from django.utils.crypto import get_random_string

from chat.adapter import ChatAdapter, Review, Reviewed, UserId
from chat.adapter import User as Person
from chat.choices import Verdict
from chat.models import ChatGroup

_TELLING_APART = 12
_SUSPECT = re.compile(r"\b(lottery|prize)\b", re.IGNORECASE)


class Adapter(ChatAdapter):
    """The defaults; visitors, who need no account to ask for help; a moderator looks at what sounds like a swindle."""

    def guest_create(self, name: str) -> Person:
        """Return a user who cannot sign in, called as the visitor says."""
        guest = User(username=f"guest-{get_random_string(_TELLING_APART).lower()}", first_name=name)
        guest.set_unusable_password()
        guest.save()
        return guest

    def guest_claimed(self, guest_id: UserId, user: Person) -> None:  # noqa: ARG002 (as in ChatAdapter)
        """Let the guest in no more."""
        User.objects.filter(pk=guest_id).update(is_active=False)

    def review_message(self, user: Person, group: ChatGroup, message: Reviewed) -> Review:  # noqa: ARG002 (as in ChatAdapter)
        """Hold promises of winnings."""
        return Review(Verdict.HOLD if _SUSPECT.search(message.message_text or "") else Verdict.PASS)
