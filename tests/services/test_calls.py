"""Calls as records: who may start one, what each may say of it, and what the history shows of it."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import Settings

from chat.choices import CallState
from chat.events import CallChanged, CallStarted, MessageCreated
from chat.exceptions import Conflict, InvalidInput, NotAllowed, NotFound
from chat.models import Block, Call, CallParticipant, ChatGroup, ChatGroupUser, ChatMessage, ChatSettings, Connection
from chat.peers import pair_key as key_of
from chat.roles import GroupType, Role
from chat.serializers import messages_json
from chat.services.calls import Called, call_set_state, call_start, calls_expire, calls_now
from chat.services.groups import group_delete, group_update, peer_start
from chat.services.members import member_leave, member_remove
from tests.services.conftest import Hearing
from tests.services.worlds import World, everything, join, make_person, make_world, small_group

pytestmark = [pytest.mark.django_db]

PEER = GroupType.PEER


def _call(world: World, by: Any, call_type: str = "voice") -> Called:
    return call_start(acting_user=by, group_id=world.id, call_type=call_type)


def _say(by: Any, call: Call, state: str) -> Call:
    return call_set_state(acting_user=by, call_id=call.pk, state=state)


def _parts(call: Call) -> dict[Any, str]:
    return dict(CallParticipant.objects.filter(call=call).values_list("user", "state"))


def _shown(world: World) -> dict[str, Any]:
    """Return what the last message of the group says of a call."""
    row = ChatMessage.objects.filter(group_id=world.id).order_by("seq").last()
    shown: dict[str, Any] = messages_json([vars(row)], None)[0]["system"]
    return shown


def _long_ago(call: Call, seconds: int) -> None:
    Call.objects.filter(pk=call.pk).update(started_at=timezone.now() - timedelta(seconds=seconds))


@pytest.fixture
def peer() -> tuple[World, Any, Any]:
    world = make_world(PEER)
    return world, world.people[Role.OWNER], world.people[Role.MEMBER]


@pytest.mark.core
def test_call_is_one_row_and_one_line_that_changes(peer: tuple[World, Any, Any], hearing: Hearing) -> None:
    world, caller, called = peer
    start = ChatGroup.objects.get(pk=world.id).version
    with hearing() as heard:
        call = _call(world, caller, "video").call
        for state, by in (("ringing", called), ("answered", called), ("ended", caller)):
            call = _say(by, call, state)

    [message] = ChatMessage.objects.filter(group_id=world.id)
    ids: dict[str, Any] = {"group_id": world.id, "message_id": message.pk, "seq": 1}
    changes = [(called, 2), (called, 3), (caller, 4)]
    assert heard == [
        MessageCreated(actor_id=caller.pk, version=start + 1, **ids),
        CallStarted(actor_id=caller.pk, version=start + 1, call_id=call.pk, **ids),
        *(CallChanged(actor_id=by.pk, version=start + n, call_id=call.pk, **ids) for by, n in changes),
    ]
    assert (message.version, message.sender, message.counts) == (start + 4, None, False)
    shown = _shown(world)
    line = shown.pop("call")
    assert shown == {"kind": "call", "actor_user_id": str(caller.pk), "user_id": None, "value": "ended"}
    assert (line["id"], line["call_type"], line["state"]) == (str(call.pk), "video", "ended")
    assert line["started_at"] < line["answered_at"] < line["ended_at"]
    assert _parts(call) == {caller.pk: "ended", called.pk: "ended"}
    fresh = Call.objects.get()
    assert (fresh.state, fresh.answered_at, fresh.ended_at) == ("ended", call.answered_at, call.ended_at)


def test_call_is_unread_for_nobody(peer: tuple[World, Any, Any]) -> None:
    world, caller, _ = peer
    _call(world, caller)
    assert set(ChatGroupUser.objects.filter(group_id=world.id).with_unread().values_list("unread", flat=True)) == {0}


BEFORE: dict[str, list[tuple[str, str]]] = {
    "initiated": [],
    "ringing": [("called", "ringing")],
    "answered": [("called", "answered")],
    "declined": [("called", "declined")],
    "cancelled": [("caller", "cancelled")],
    "no_answer": [("caller", "no_answer")],
    "ended": [("called", "answered"), ("called", "ended")],
}
ALLOWED = {
    "initiated": {"called": {"ringing", "answered", "declined"}, "caller": {"cancelled", "no_answer"}},
    "ringing": {"called": {"answered", "declined"}, "caller": {"cancelled", "no_answer"}},
    "answered": {"called": {"ended"}, "caller": {"ended"}},
}


@pytest.mark.parametrize("who", ["caller", "called"])
@pytest.mark.parametrize("state", BEFORE)
def test_each_step_is_allowed_or_refused_as_the_contract_says(
    state: str, who: str, peer: tuple[World, Any, Any]
) -> None:
    world, caller, called = peer
    people = {"caller": caller, "called": called}
    for wanted in CallState.values:
        call = _call(world, caller).call
        for by, step in BEFORE[state]:
            call = _say(people[by], call, step)
        assert call.state == state
        before = everything()
        if wanted in ALLOWED.get(state, {}).get(who, ()):
            assert _say(people[who], call, wanted).state == wanted == _shown(world)["value"]
        else:
            with pytest.raises(Conflict) as refused:
                _say(people[who], call, wanted)
            assert (refused.value.code, everything() == before) == ("call_state", True)
        Call.objects.filter(state__in=("initiated", "ringing", "answered")).delete()


def test_who_calls_during_a_call_gets_that_one(peer: tuple[World, Any, Any]) -> None:
    world, caller, called = peer
    first = _call(world, caller, "voice")
    second, again = _call(world, called, "video"), _call(world, caller)
    assert (first.created, second.created, again.created) == (True, False, False)
    assert first.call == second.call == again.call
    assert (Call.objects.count(), CallParticipant.objects.count(), ChatMessage.objects.count()) == (1, 2, 1)
    _say(called, second.call, "answered")
    _say(called, second.call, "ended")
    assert _call(world, called).created


def _refuse_all(world: World, caller: Any, called: Any) -> None:
    ChatSettings.objects.create(
        user=called, allow_calls_from="none", created_at=timezone.now(), changed_at=timezone.now()
    )


def _contacts_only(world: World, caller: Any, called: Any) -> None:
    times = {"created_at": timezone.now(), "changed_at": timezone.now()}
    ChatSettings.objects.create(user=called, allow_calls_from="connections", **times)


def _blocks(world: World, caller: Any, called: Any) -> None:
    Block.objects.create(blocker=called, blocked=caller, created_at=timezone.now())


def _is_blocked(world: World, caller: Any, called: Any) -> None:
    Block.objects.create(blocker=caller, blocked=called, created_at=timezone.now())


@pytest.mark.parametrize("stand", [_refuse_all, _contacts_only, _blocks, _is_blocked])
def test_settings_and_blocks_refuse_alike_and_leave_no_trace(stand: Any, peer: tuple[World, Any, Any]) -> None:
    world, caller, called = peer
    stand(world, caller, called)
    before = everything()
    with pytest.raises(NotAllowed) as refused:
        _call(world, caller)
    assert (refused.value.code, everything() == before) == ("privacy", True)


def test_contact_may_call_who_takes_calls_of_contacts(peer: tuple[World, Any, Any]) -> None:
    world, caller, called = peer
    _contacts_only(world, caller, called)
    Connection.objects.create(
        requester=called,
        recipient=caller,
        state="accepted",
        pair_key=key_of((caller.pk, called.pk)),
        requested_at=timezone.now(),
    )
    assert _call(world, caller).created


def test_group_call_leaves_out_whom_the_caller_may_not_call() -> None:
    world, owner, [one, two, three] = small_group(3)
    _refuse_all(world, owner, one)
    _blocks(world, owner, two)

    call = _call(world, owner).call

    assert _parts(call) == {owner.pk: "initiated", three.pk: "initiated"}
    for left_out in (one, two):
        assert not Call.objects.visible_to(left_out).exists()
        with pytest.raises(NotFound):
            _say(left_out, call, "ringing")
    assert _call(world, one).call == call, "who calls by themselves has a part in it"
    assert _say(one, call, "answered").state == "answered"


def test_group_call_goes_on_while_two_are_in_it() -> None:
    world, owner, [one, two, three] = small_group(3)
    call = _call(world, owner).call
    version = ChatGroup.objects.get(pk=world.id).version
    assert _say(one, call, "ringing").state == "ringing"
    assert _say(two, call, "declined").state == "ringing"
    assert _say(one, call, "answered").state == "answered"
    assert ChatGroup.objects.get(pk=world.id).version == version + 2, "only what the line shows takes a version"
    assert _say(three, call, "ringing").state == "answered"
    assert _say(three, call, "answered").state == "answered"
    assert _say(owner, call, "ended").state == "answered"
    assert _say(one, call, "ended").state == "ended"
    assert _parts(call) == {owner.pk: "ended", one.pk: "ended", two.pk: "declined", three.pk: "ended"}


def test_group_call_is_declined_by_the_last_and_missed_by_who_was_away() -> None:
    world, owner, [one, two] = small_group(2)
    call = _call(world, owner).call
    assert _say(one, call, "declined").state == "initiated"
    assert _say(two, call, "declined").state == "declined"
    second = _call(world, owner).call
    _say(one, second, "answered")
    _say(one, second, "ended")
    assert _parts(second)[two.pk] == "missed"


@pytest.mark.parametrize(("state", "ends_as"), [("initiated", "missed"), ("ringing", "missed"), ("answered", "failed")])
def test_clock_ends_what_nobody_ends(
    state: str, ends_as: str, peer: tuple[World, Any, Any], settings: Settings
) -> None:
    settings.CHAT = {"CALL_RING_SECONDS": 30, "CALL_MAX_SECONDS": 3600}
    world, caller, called = peer
    call = _call(world, caller).call
    for by, step in BEFORE[state]:
        _say(called if by == "called" else caller, call, step)
    limit = 3600 if state == "answered" else 30
    _long_ago(call, limit - 5)
    assert list(calls_expire()) == []
    _long_ago(call, limit + 1)
    with pytest.raises(Conflict):
        _say(called, call, "ended" if state == "answered" else "answered")

    assert list(calls_expire()) == [call.pk]

    call.refresh_from_db()
    assert (call.state, _shown(world)["value"]) == (ends_as, ends_as)
    assert set(_parts(call).values()) == {"ended" if state == "answered" else "missed"}
    assert list(calls_expire()) == []


def test_who_looks_or_calls_first_ends_it_before_the_worker_does(peer: tuple[World, Any, Any]) -> None:
    world, caller, called = peer
    call = _call(world, caller).call
    assert calls_now([call]) == [call]
    _long_ago(call, 61)
    call.refresh_from_db()
    assert [one.state for one in calls_now([call])] == ["missed"]
    second = _call(world, called)
    _long_ago(second.call, 61)
    third = _call(world, caller)
    assert third.created
    second.call.refresh_from_db()
    assert second.call.state == "missed"


def test_call_of_a_deleted_group_ends_too() -> None:
    world, owner, [member] = small_group()
    call = _call(world, owner).call
    _long_ago(call, 61)
    group_delete(acting_user=owner, group_id=world.id)
    assert list(calls_expire()) == [call.pk]
    with pytest.raises(NotFound):
        _say(member, call, "answered")


@pytest.mark.parametrize("way", ["removed", "left", "gone"])
@pytest.mark.parametrize(("state", "ends_as"), [("ringing", "missed"), ("answered", "ended"), ("caller", "cancelled")])
def test_who_is_no_member_any_more_is_out_of_the_call(way: str, state: str, ends_as: str) -> None:
    world, owner, [member] = small_group()
    call, key = _call(world, member if state == "caller" else owner).call, member.pk
    if state != "caller":
        _say(member, call, state)
    if way == "removed":
        member_remove(acting_user=owner, group_id=world.id, user_id=member.pk)
    elif way == "left":
        member_leave(acting_user=member, group_id=world.id)
    else:
        member.delete()
    call.refresh_from_db()
    assert call.state == ends_as
    assert not Call.objects.visible_to(key).exists()


def test_group_call_outlasts_one_who_leaves() -> None:
    world, owner, [one, two] = small_group(2)
    call = _call(world, owner).call
    _say(one, call, "answered")
    member_leave(acting_user=two, group_id=world.id)
    call.refresh_from_db()
    assert (call.state, _parts(call)[two.pk]) == ("answered", "missed")
    newcomer = join(world, owner)
    member_leave(acting_user=newcomer, group_id=world.id)
    call.refresh_from_db()
    assert call.state == "answered"


def test_nobody_is_called_where_there_is_nobody_or_too_many(settings: Settings) -> None:
    settings.CHAT = {"CALL_MAX_PEOPLE": 3}
    person = make_person()
    notes = World(peer_start(acting_user=person, user_id=person.pk).group, {})
    alone, owner, _ = small_group(0)
    many, head, _ = small_group(3)
    for world, by, code in ((notes, person, "nobody_to_call"), (alone, owner, "nobody_to_call")):
        with pytest.raises(Conflict) as refused:
            _call(world, by)
        assert refused.value.code == code
    with pytest.raises(Conflict) as refused:
        _call(many, head)
    assert refused.value.code == "too_many_to_call"
    assert _call(*small_group(2)[:2]).created
    assert Call.objects.count() == 1


def test_closed_conversation_and_channel_refuse(peer: tuple[World, Any, Any]) -> None:
    world, caller, called = peer
    called.delete()
    with pytest.raises(Conflict) as closed:
        _call(world, caller)
    assert closed.value.code == "group_closed"
    channel, owner, [member] = small_group()
    group_update(acting_user=owner, group_id=channel.id, posting="admins")
    with pytest.raises(NotAllowed):
        _call(channel, member)
    assert _call(channel, owner).created


def test_strangers_meet_nothing() -> None:
    world = make_world(GroupType.GROUP)
    call = _call(world, world.people[Role.OWNER]).call
    for outsider in (world.stranger, world.former):
        assert not Call.objects.visible_to(outsider).exists()
        with pytest.raises(NotFound):
            _say(outsider, call, "answered")
        with pytest.raises(NotFound):
            _call(world, outsider)


def test_line_is_there_also_where_the_system_is_silent(peer: tuple[World, Any, Any], settings: Settings) -> None:
    settings.CHAT = {"SYSTEM_MESSAGES": False}
    world, caller, _ = peer
    _call(world, caller)
    assert _shown(world)["kind"] == "call"


@pytest.mark.parametrize("value", ["audio", "", None, 5, "VOICE"])
def test_words_that_are_none_are_refused_by_their_name(value: Any, peer: tuple[World, Any, Any]) -> None:
    world, caller, _ = peer
    with pytest.raises(InvalidInput) as refused:
        _call(world, caller, value)
    assert refused.value.field == "call_type"
    call = _call(world, caller).call
    with pytest.raises(InvalidInput) as refused:
        _say(caller, call, value)
    assert refused.value.field == "state"


@pytest.mark.parametrize("rows", [3, 30])
def test_calling_costs_the_same_in_every_group(rows: int, django_assert_max_num_queries: Any) -> None:
    world, owner, members = small_group(rows)
    world.say(owner)
    with django_assert_max_num_queries(16):
        call = _call(world, owner).call
    with django_assert_max_num_queries(16):
        _say(members[0], call, "answered")
