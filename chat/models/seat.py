"""A person, alone or with a membership and its group, in one prepared read: where requests about one group begin."""

from functools import cache
from typing import Any, TypeVar, cast

from django.contrib.auth import get_user_model
from django.db import router
from django.db.models import Field, Model, UUIDField

from chat.adapter import User
from chat.models.group import ChatGroup
from chat.models.membership import ChatGroupUser
from chat.models.prepared import Param, Prepared, Row

M = TypeVar("M", bound=Model)

# What authentication looks at, if the host's user has it; the rest loads when asked for.
CHECKED_OF_USER = ("is_active", "password")


def seat_of(*, group_id: object, user_field: str, value: object) -> ChatGroupUser | None:
    """Return the live membership, with ``group`` and ``user``, of the person whose ``user_field`` is ``value``.

    None for strangers, former members, deleted groups and people who are gone. Raises ValueError or ValidationError
    when ``group_id`` or ``value`` cannot be one. One statement.
    """
    rows = _query(user_field).rows(ChatGroupUser, group_id=group_id, value=value)
    if not rows or rows[0][f"user__{get_user_model()._meta.pk.attname}"] is None:
        return None
    row = rows[0]
    seat = _instance(ChatGroupUser, row, prefix="", names=_names(ChatGroupUser))
    seat.group = _instance(ChatGroup, row, prefix="group__", names=_names(ChatGroup))
    seat.user = _instance(get_user_model(), row, prefix="user__", names=_user_names(user_field))
    return seat


def person_of(*, user_field: str, value: object) -> User | None:
    """Return the one person whose ``user_field`` is ``value``, or None. One statement.

    Raises ValueError or ValidationError when ``value`` cannot be one.
    """
    rows = _person_query(user_field).rows(get_user_model(), value=value)
    return _instance(get_user_model(), rows[0], prefix="", names=_user_names(user_field)) if len(rows) == 1 else None


@cache
def _person_query(user_field: str) -> Prepared:
    people, field = get_user_model().objects, _user_field(user_field)
    return Prepared(_user_names(user_field), lambda: people.filter(**{user_field: Param("value", field)}))


@cache
def _query(user_field: str) -> Prepared:
    person = _user_field(user_field)
    names = [
        *_names(ChatGroupUser),
        *(f"group__{name}" for name in _names(ChatGroup)),
        *(f"user__{name}" for name in _user_names(user_field)),
    ]
    return Prepared(
        names,
        lambda: ChatGroupUser.objects.of(Param("value", person), by=user_field).filter(
            group_id=Param("group_id", UUIDField())
        ),
    )


def _user_field(name: str) -> "Field[Any, Any]":
    return cast("Field[Any, Any]", get_user_model()._meta.get_field(name))


def _names(model: type[Model]) -> list[str]:
    return [field.attname for field in model._meta.concrete_fields]


def _user_names(user_field: str) -> list[str]:
    user = get_user_model()._meta
    wanted = {user.pk.name, user_field, *CHECKED_OF_USER}
    return [field.attname for field in user.concrete_fields if field.name in wanted]


def _instance(model: type[M], row: Row, *, prefix: str, names: list[str]) -> M:
    values: list[Any] = [row[prefix + name] for name in names]
    return model.from_db(router.db_for_write(model), names, values)
