"""What a request is about and how urgent it is: for its staff alone."""

from collections.abc import Sequence
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from chat import events, policy
from chat.adapter import User
from chat.choices import Priority
from chat.exceptions import InvalidInput
from chat.models import ChatGroup, RequestTag, SupportTag
from chat.roles import Action
from chat.services.cleaning import clean_text
from chat.services.support.standing import membership_at_desk
from chat.services.writing import GroupWrite, desk_of, group_write

TAGS_MAX = 20
TAG_MAX_LENGTH = 50


def request_set_tags(*, acting_user: User, group_id: UUID, names: Sequence[str]) -> ChatGroup:
    """Give a request exactly these tags; one that the tenant has not yet is made.

    Who may: see the permission table. Raises InvalidInput (``tags``), NotFound, NotAllowed, Conflict (``take_first``).
    Locks the group, then its desk. Publishes ``group.updated`` of the desk, if it has one: clients learn of neither.
    """
    wanted = list(dict.fromkeys(clean_text(name, field="tags", max_length=TAG_MAX_LENGTH).strip() for name in names))
    if len(wanted) > TAGS_MAX:
        raise InvalidInput(_("These are too many tags."), code="too_many", field="tags")
    with group_write(group_id) as write:
        _require(write, acting_user)
        scope = write.group.scope
        SupportTag.objects.bulk_create((SupportTag(scope=scope, name=name) for name in wanted), ignore_conflicts=True)
        tags = SupportTag.objects.filter(scope=scope, name__in=wanted)
        rows = RequestTag.objects.filter(group=write.group)
        rows.exclude(tag__in=tags).delete()
        RequestTag.objects.bulk_create((RequestTag(group=write.group, tag=tag) for tag in tags), ignore_conflicts=True)
        _publish(write, acting_user)
    return write.group


def request_set_priority(*, acting_user: User, group_id: UUID, priority: int) -> ChatGroup:
    """Say how urgent a request is.

    Who may: see the permission table. Raises InvalidInput (``priority``), NotFound, NotAllowed, Conflict
    (``take_first``). Locks the group, then its desk. Publishes ``group.updated`` of the desk, if it has one:
    clients learn of neither.
    """
    if priority not in Priority.values:
        raise InvalidInput(_("This is not one of the choices."), code="invalid_choice", field="priority")
    with group_write(group_id) as write:
        _require(write, acting_user)
        # Past the write: the group's version and time of change are the client's as well.
        ChatGroup.objects.filter(pk=group_id).update(priority=priority)
        write.group.priority = priority
        _publish(write, acting_user)
    return write.group


def _require(write: GroupWrite, acting_user: User) -> None:
    policy.require(policy.may(membership_at_desk(write, acting_user), Action.SUPPORT_TAG))


def _publish(write: GroupWrite, acting_user: User) -> None:
    if (desk := desk_of(write)) is not None:
        version = desk.next_version()
        events.publish(events.GroupUpdated(group_id=desk.group.pk, version=version, actor_id=acting_user.pk))
        desk.save()
