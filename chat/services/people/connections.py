"""Asking each other to be in contact."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chat.adapter import User, UserId, get_adapter
from chat.choices import ConnectionState
from chat.conf import chat_settings
from chat.exceptions import Conflict, NotAllowed, NotFound
from chat.models import Connection
from chat.peers import pair_key
from chat.services.people.finding import other_find
from chat.services.people.locks import wishes_hold
from chat.services.people.relations import is_blocked, privacy_error
from chat.services.safety.standing import require_not_suspended
from chat.services.writing import atomic


@dataclass(frozen=True, slots=True)
class Requested:
    """The outcome of asking: the connection of the two, and whether the request is new."""

    connection: Connection
    created: bool


def connection_request(*, acting_user: User, user_id: UserId) -> Requested:
    """Ask a person to be in contact. Two who ask each other are connected; asking twice changes nothing.

    Who was rejected may ask again after the setting CONNECTION_RETRY_DAYS.

    Who may: everybody, whom they may find or meet in a group. Raises InvalidInput (``user_id``), NotAllowed
    (``privacy``: a block; ``suspended``), Conflict (``asked_too_soon``, ``connections_elsewhere``). Locks the
    connection, then the wishes of both.
    """
    require_not_suspended(acting_user.pk)
    person = other_find(acting_user, user_id, field="user_id")
    if get_adapter().connections(acting_user.pk) is not None:
        raise Conflict(_("This site knows by itself who is in contact."), code="connections_elsewhere")
    now = timezone.now()
    key = pair_key((acting_user.pk, person.pk))
    new = Connection(pair_key=key, requester=acting_user, recipient=person, requested_at=now)
    with atomic():
        Connection.objects.bulk_create([new], ignore_conflicts=True)
        connection = Connection.objects.lock(pair_key=key)
        _require_unblocked(connection)
        created = connection.pk == new.pk or _ask_again(connection, acting_user, now)
    return Requested(connection, created)


def connection_accept(*, acting_user: User, connection_id: UUID) -> Connection:
    """Agree to be in contact; agreeing twice changes nothing.

    Who may: who was asked. Raises NotFound, NotAllowed (``not_yours``, ``privacy``: a block; ``suspended``), Conflict
    (``request_over``). Locks the connection, then the wishes of both.
    """
    require_not_suspended(acting_user.pk)
    return _answer(acting_user, connection_id, ConnectionState.ACCEPTED)


def connection_reject(*, acting_user: User, connection_id: UUID) -> Connection:
    """Refuse to be in contact; refusing twice changes nothing.

    Who may, what is raised and locked: as for ``connection_accept``, but for blocks and suspensions.
    """
    return _answer(acting_user, connection_id, ConnectionState.REJECTED)


def connection_withdraw(*, acting_user: User, connection_id: UUID) -> Connection:
    """Take a request back, or end a connection; doing so twice changes nothing.

    Who may: of a request who asked, of a connection both. Raises NotFound, NotAllowed (``not_yours``), Conflict
    (``request_over``). Locks the connection.
    """
    with atomic():
        connection = _locked(acting_user, connection_id)
        if connection.state == ConnectionState.PENDING:
            _require(connection.requester_id == acting_user.pk)
        elif connection.state == ConnectionState.REJECTED:
            raise _over()
        _become(connection, ConnectionState.WITHDRAWN)
    return connection


def _answer(acting_user: User, connection_id: UUID, state: ConnectionState) -> Connection:
    with atomic():
        connection = _locked(acting_user, connection_id)
        _require(connection.recipient_id == acting_user.pk)
        if connection.state not in (ConnectionState.PENDING, state):
            raise _over()
        if state == ConnectionState.ACCEPTED:
            _require_unblocked(connection)
        _become(connection, state)
    return connection


def _ask_again(connection: Connection, acting_user: User, now: datetime) -> bool:
    """Do what a request means where there was one before; return whether it is a new one."""
    asked_by_me = connection.requester_id == acting_user.pk
    if connection.state == ConnectionState.ACCEPTED:
        return False
    if connection.state == ConnectionState.PENDING:
        if not asked_by_me:
            _become(connection, ConnectionState.ACCEPTED)
        return False
    if connection.state == ConnectionState.REJECTED and asked_by_me and now < _may_ask_again_at(connection):
        raise Conflict(_("They said no a short while ago; ask again later."), code="asked_too_soon")
    other_id = connection.other_id(acting_user.pk)
    connection.requester_id, connection.recipient_id = acting_user.pk, other_id
    connection.state, connection.requested_at, connection.answered_at = ConnectionState.PENDING, now, None
    connection.save()
    return True


def _may_ask_again_at(connection: Connection) -> datetime:
    answered_at = connection.answered_at or connection.requested_at
    return answered_at + timedelta(days=chat_settings.CONNECTION_RETRY_DAYS)


def _become(connection: Connection, state: ConnectionState) -> None:
    if connection.state != state:
        connection.state, connection.answered_at = state, timezone.now()
        connection.save(update_fields=["state", "answered_at"])


def _locked(acting_user: User, connection_id: UUID) -> Connection:
    try:
        return Connection.objects.visible_to(acting_user).lock(pk=connection_id)
    except Connection.DoesNotExist:
        raise NotFound from None


def _require_unblocked(connection: Connection) -> None:
    wishes_hold((connection.requester_id, connection.recipient_id))
    if is_blocked(connection.requester_id, connection.recipient_id):
        raise privacy_error()


def _require(allowed: bool) -> None:
    if not allowed:
        raise NotAllowed(_("This is for the other person to do."), code="not_yours")


def _over() -> Conflict:
    return Conflict(_("This request was answered or taken back."), code="request_over")
