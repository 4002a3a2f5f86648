"""What can go wrong, as coded errors that know no transport.

Each transport maps the classes in one table. ``detail`` is a translated sentence that a person can act on, ``code`` is
stable and for programs, ``field`` names the input that is wrong.
"""

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = str | Promise


class ChatError(Exception):
    """Base of all errors that the services and the policy raise on purpose."""

    code = "error"
    detail: Text = _("The request could not be carried out.")

    def __init__(self, detail: Text | None = None, *, code: str | None = None, field: str | None = None) -> None:
        self.detail = detail if detail is not None else type(self).detail
        self.code = code or type(self).code
        self.field = field
        super().__init__(str(self.detail))


class InvalidInput(ChatError):
    """A value is of the wrong form; ``field`` says which."""

    code = "invalid"
    detail = _("This value is not valid.")


class NotFound(ChatError):
    """No such thing, or the acting person may not know of it: both look the same."""

    code = "not_found"
    detail = _("Not found.")


class NotAllowed(ChatError):
    """The acting person may see the thing, but may not do this to it."""

    code = "not_allowed"
    detail = _("Your role in this conversation does not allow this.")


class Conflict(ChatError):
    """The request does not fit the present state."""

    code = "conflict"
    detail = _("This does not fit the present state of the conversation.")


class HeldForReview(Conflict):
    """The message was kept, as ``held``, and is sent once a moderator approves of it."""

    code = "held_for_review"
    detail = _("A moderator looks at this message before it is sent.")

    def __init__(self, held: object) -> None:
        super().__init__()
        self.held: Any = held


class PreconditionFailed(ChatError):
    """The client asked only for a state that is not the present one."""

    code = "precondition_failed"
    detail = _("This has changed since.")


class TooFast(ChatError):
    """The acting person does this too often; in ``wait`` seconds they may do it again."""

    code = "too_fast"
    detail = _("You are writing too fast; wait a moment.")

    def __init__(self, detail: Text | None = None, *, code: str | None = None, wait: float) -> None:
        super().__init__(detail, code=code)
        self.wait = wait


class KeyReused(ChatError):
    """A ``client_id`` came again with other content."""

    code = "client_id_reused"
    detail = _("This client_id was already used for a different message.")
