"""Requests to join: asked by a link, answered by who may invite, withdrawn by who asked."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.utils import timezone
from pytest_django import Settings

from chat.events import JoinAnswered, JoinRequested, MemberAdded
from chat.exceptions import Conflict, InvalidInput, NotAllowed, NotFound
from chat.models import Ban, ChatMessage, Invitation, JoinRequest
from chat.roles import GroupType, Role
from chat.services.groups import group_delete
from chat.services.members import member_add, member_leave, member_set_role
from chat.services.people import join_requests
from chat.services.people.invitations import invitation_create, invitation_join, invitation_revoke
from chat.services.people.join_requests import join_request_answer
from tests.services.conftest import Hearing, but_lines
from tests.services.worlds import World, everything, make_person, make_world, small_group

pytestmark = pytest.mark.django_db


def _invite(world: World, **limits: Any) -> Invitation:
    owner = world.people[Role.OWNER]
    return invitation_create(acting_user=owner, group_id=world.id, needs_approval=True, **limits)


def _ask(invitation: Invitation, person: Any, text: str = "") -> JoinRequest:
    request = invitation_join(acting_user=person, token=invitation.token, text=text).request
    assert request is not None
    return request


def _answer(by: Any, request: JoinRequest, state: str) -> JoinRequest:
    return join_request_answer(acting_user=by, request_id=request.pk, state=state)


@pytest.mark.core
@pytest.mark.parametrize("role", [Role.OWNER, Role.ADMIN])
def test_request_waits_is_accepted_and_takes_a_use_then(role: str, hearing: Hearing) -> None:
    world = make_world(GroupType.GROUP)
    invitation, person, manager = _invite(world, use_limit=2), make_person(), world.people[role]
    with hearing() as heard:
        request = _ask(invitation, person, "It is me")
        asked_again = invitation_join(acting_user=person, token=invitation.token, text="still me")
    assert (asked_again.created, asked_again.request) == (False, request)
    ids: dict[str, Any] = {"group_id": world.id, "request_id": request.pk, "user_id": person.pk}
    assert heard == [JoinRequested(actor_id=person.pk, **ids)]
    assert (request.text, request.state, Invitation.objects.get().use_count) == ("It is me", "pending", 0)
    assert not world.group.memberships.filter(user=person).exists()

    with hearing() as heard:
        answered = _answer(manager, request, "accepted")

    assert (answered.state, answered.answered_by, Invitation.objects.get().use_count) == ("accepted", manager, 1)
    member = world.membership(person)
    assert member.role == Role.MEMBER
    added = MemberAdded(group_id=world.id, actor_id=manager.pk, version=member.version, user_id=person.pk)
    assert but_lines(heard) == [added, JoinAnswered(actor_id=manager.pk, **ids)]
    [line] = ChatMessage.objects.filter(group_id=world.id)
    said = line.metadata["system"] if line.metadata else {}
    assert (said["kind"], said["actor_user_id"]) == ("member_added", str(manager.pk))


def test_same_answer_again_changes_nothing_and_another_is_refused() -> None:
    world, owner, _ = small_group()
    for first, second in (("accepted", "rejected"), ("rejected", "accepted")):
        request = _ask(_invite(world), make_person())
        _answer(owner, request, first)
        before = everything()
        assert _answer(owner, request, first).state == first
        with pytest.raises(Conflict) as refused:
            _answer(owner, request, second)
        assert (refused.value.code, everything() == before) == ("already_answered", True)


def test_who_asked_withdraws_and_nobody_else_does() -> None:
    world, owner, _ = small_group()
    person = make_person()
    request = _ask(_invite(world), person)
    for by, state in ((owner, "withdrawn"), (person, "accepted"), (person, "rejected")):
        with pytest.raises(NotAllowed):
            _answer(by, request, state)

    assert _answer(person, request, "withdrawn").state == "withdrawn"
    with pytest.raises(Conflict):
        _answer(owner, request, "accepted")
    assert _ask(_invite(world), person).state == "pending", "who withdrew may ask again at once"


def test_others_do_not_know_of_a_request() -> None:
    world, other = make_world(GroupType.GROUP), make_world(GroupType.GROUP)
    request = _ask(_invite(world), make_person())
    outsiders = (world.people[Role.MEMBER], world.stranger, world.former, other.people[Role.OWNER])
    for outsider in outsiders:
        assert not JoinRequest.objects.visible_to(outsider).exists()
        with pytest.raises(NotFound):
            _answer(outsider, request, "accepted")
    group_delete(acting_user=world.people[Role.OWNER], group_id=world.id)
    for insider in (world.people[Role.OWNER], request.user):
        with pytest.raises(NotFound):
            _answer(insider, request, "withdrawn")


def test_admin_who_is_one_no_longer_answers_nothing() -> None:
    world = make_world(GroupType.GROUP)
    request, admin = _ask(_invite(world), make_person()), world.people[Role.ADMIN]
    member_set_role(acting_user=world.people[Role.OWNER], group_id=world.id, user_id=admin.pk, role=Role.MEMBER)
    with pytest.raises(NotFound):
        _answer(admin, request, "accepted")


def test_who_was_rejected_asks_again_after_a_while_only(settings: Settings) -> None:
    world, owner, _ = small_group()
    invitation, person = _invite(world), make_person()
    _answer(owner, _ask(invitation, person), "rejected")
    with pytest.raises(Conflict) as refused:
        _ask(invitation, person)
    assert refused.value.code == "rejected_lately"
    JoinRequest.objects.update(answered_at=timezone.now() - timedelta(days=1, seconds=1))
    assert _ask(invitation, person).state == "pending"
    settings.CHAT = {"JOIN_RETRY_DELAY": 0}
    other = make_person()
    _answer(owner, _ask(invitation, other), "rejected")
    assert _ask(invitation, other).state == "pending"


def test_accepting_outlasts_the_link_but_not_its_uses() -> None:
    world, owner, _ = small_group()
    invitation = _invite(world, use_limit=1)
    first, second = _ask(invitation, make_person()), _ask(invitation, make_person())
    invitation_revoke(acting_user=owner, group_id=world.id, invitation_id=invitation.pk)
    _answer(owner, first, "accepted")
    with pytest.raises(Conflict) as refused:
        _answer(owner, second, "accepted")
    assert (refused.value.code, JoinRequest.objects.get(pk=second.pk).state) == ("invitation_used_up", "pending")


def test_full_group_and_ban_keep_it_waiting(settings: Settings) -> None:
    world, owner, _ = small_group()
    request = _ask(_invite(world), make_person())
    settings.CHAT = {"GROUP_MAX_MEMBERS": 2}
    with pytest.raises(Conflict) as full:
        _answer(owner, request, "accepted")
    Ban.objects.create(group_id=world.id, user=request.user, created_by=owner, created_at=timezone.now())
    with pytest.raises(NotAllowed) as banned:
        _answer(owner, request, "accepted")
    assert (full.value.code, banned.value.code) == ("group_full", "banned")
    assert (JoinRequest.objects.get().state, Invitation.objects.get().use_count) == ("pending", 0)
    assert _answer(owner, request, "rejected").state == "rejected"


def test_who_comes_in_otherwise_has_been_accepted() -> None:
    world, owner, _ = small_group()
    asking, opened = _invite(world), invitation_create(acting_user=owner, group_id=world.id)
    by_link, by_owner = make_person(), make_person()
    requests = [_ask(asking, person) for person in (by_link, by_owner)]

    invitation_join(acting_user=by_link, token=opened.token)
    member_add(acting_user=owner, group_id=world.id, user_id=by_owner.pk, role=Role.MEMBER)

    for request in requests:
        request.refresh_from_db()
        assert (request.state, request.answered_by) == ("accepted", None)
    member_leave(acting_user=by_link, group_id=world.id)
    assert _ask(asking, by_link).state == "pending"


def test_account_that_is_deleted_asks_for_nothing_any_more() -> None:
    world, owner, _ = small_group()
    person = make_person()
    request = _ask(_invite(world), person)
    person.delete()

    request.refresh_from_db()
    assert request.state == "withdrawn"
    with pytest.raises(Conflict):
        _answer(owner, request, "accepted")


@pytest.mark.parametrize("text", ["x" * 501, "a\x00b", "\ud800", None, 5])
def test_text_that_cannot_be_is_refused(text: Any) -> None:
    world, _, _ = small_group()
    with pytest.raises(InvalidInput) as refused:
        _ask(_invite(world), make_person(), text)
    assert refused.value.field == "text"


@pytest.mark.parametrize("state", ["pending", "", None, "ok", 1])
def test_answer_that_is_none_is_refused(state: Any) -> None:
    world, owner, _ = small_group()
    with pytest.raises(InvalidInput) as refused:
        _answer(owner, _ask(_invite(world), make_person()), state)
    assert refused.value.field == "state"


def test_who_may_not_answer_any_more_once_the_lock_is_there_learns_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    world = make_world(GroupType.GROUP)
    request = _ask(_invite(world), make_person())
    admin = world.people[Role.ADMIN]
    take = join_requests.group_write

    def leave_first(group_id: UUID) -> Any:
        monkeypatch.setattr(join_requests, "group_write", take)
        member_leave(acting_user=admin, group_id=group_id)
        return take(group_id)

    monkeypatch.setattr(join_requests, "group_write", leave_first)
    with pytest.raises(NotFound):
        _answer(admin, request, "accepted")
    request.refresh_from_db()
    assert request.state == "pending"
