"""People with settings and contacts, made by the services."""

from typing import Any

from chat.services.people.connections import connection_accept, connection_request
from chat.services.people.settings import settings_update


def connect(one: Any, two: Any) -> None:
    """Let the first ask and the second agree to be in contact."""
    asked = connection_request(acting_user=one, user_id=two.pk).connection
    connection_accept(acting_user=two, connection_id=asked.pk)


def prefer(user: Any, **settings: Any) -> None:
    """Let somebody change their settings."""
    settings_update(acting_user=user, **settings)
