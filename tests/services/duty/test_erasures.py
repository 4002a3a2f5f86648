"""Erasure: of what a person wrote nothing is left, and everybody else's history keeps its numbers."""

from typing import Any

import pytest
from django.db.models import F, Q

from chat.choices import AuditAction, JobState
from chat.events import MessageErased
from chat.exceptions import Conflict, KeyReused, NotFound
from chat.models import (
    Attachment,
    AuditEntry,
    ChatGroup,
    ChatGroupUser,
    ChatMessage,
    Connection,
    Erasure,
    MessageReaction,
    PollVote,
    ReadMark,
)
from chat.roles import GroupType, Role
from chat.serializers import message_json
from chat.services.duty.erasures import erasure_request, erasure_withdraw, erasures_run
from chat.services.duty.holds import hold_lift, hold_place
from chat.services.files import dropped_files_remove
from chat.services.groups import group_delete
from chat.services.members import member_leave
from chat.services.messages import message_send
from chat.services.search_entries import search_entries_fill
from chat.services.support.desks import note_send
from chat.services.tombstones import message_delete, tombstones_purge
from tests.files.uploading import stored
from tests.services.conftest import Hearing
from tests.services.duty.planting import WORD, columns_with, plant
from tests.services.worlds import everything, make_person, make_world, small_group

pytestmark = [pytest.mark.django_db, pytest.mark.core]


@pytest.fixture(autouse=True)
def unhurried(settings: Any) -> None:
    settings.CHAT = {"FLOOD_RATE": None, "ERASURE_DELAY": 0}


def _erase(user: Any, batch_size: int = 500) -> list[int]:
    erasure_request(acting_user=user, user_id=user.pk)
    return list(erasures_run(batch_size=batch_size))


def _left() -> set[str]:
    """Return where the word is, once files that were given up are gone: in these tests nothing commits."""
    list(dropped_files_remove())
    return columns_with(WORD)


def _numbers(user: Any) -> list[tuple[Any, ...]]:
    """What other people's histories are made of."""
    rows = ChatMessage.objects.exclude(Q(sender=user) | Q(forwarded_from__sender=user)).order_by("group", "seq")
    return list(rows.values_list("group", "seq", "sender", "message_text", "created_at"))


def test_nothing_of_what_a_person_wrote_is_left_but_tombstones(hearing: Hearing) -> None:
    world = plant()
    person = world.people[Role.MEMBER]
    list(search_entries_fill())
    before, written = _numbers(person), ChatMessage.objects.filter(sender=person).count()
    assert len(columns_with(WORD)) >= 15, "or this would prove nothing"
    with hearing() as heard:
        done = _erase(person, batch_size=3)

    assert columns_with(WORD) == set()
    assert _numbers(person) == before
    mine = ChatMessage.objects.filter(sender=person)
    assert mine.count() == written == mine.filter(purged_at__isnull=False, counts=False).count()
    assert not Attachment.objects.kept().filter(uploaded_by=person).exists()
    assert not Connection.objects.exists()
    assert not ReadMark.objects.filter(user=person).exists()
    erased = [event for event in heard if isinstance(event, MessageErased)]
    assert len(erased) == written + 1, "the forward as well"
    assert max(done) <= 3
    assert stored() == set(), "the files are gone, too"
    erasure = Erasure.objects.get()
    assert (erasure.state, erasure.done_count, erasure.total_count) == (JobState.DONE, sum(done), sum(done))
    assert ChatGroupUser.objects.live().filter(group_id=world.id, user=person).exists(), "they are a member still"
    assert list(erasures_run()) == []


def test_counts_of_reactions_and_votes_are_those_of_the_others() -> None:
    world = plant()
    owner, person = world.people[Role.OWNER], world.people[Role.MEMBER]
    _erase(person)

    question = ChatMessage.objects.filter(group_id=world.id, message_text="who?").values().get()
    shown = message_json(question, owner.pk)
    assert [(each["emoji"], each["count"]) for each in shown["reactions"]] == [("🦉", 1)]
    assert [option["votes"] for option in shown["poll"]["options"]] == [1, 0]
    assert shown["poll"]["voters"] == 1
    assert not MessageReaction.objects.filter(user=person).exists()
    assert not PollVote.objects.filter(user=person).exists()
    stamped = ChatMessage.objects.filter(group_id=world.id).values_list("version", flat=True)
    assert max(stamped) <= ChatGroup.objects.get(pk=world.id).version


def test_erasure_reaches_groups_left_and_deleted_and_desks() -> None:
    left, _, [person] = small_group()
    deleted, second, [_] = small_group()
    ChatGroupUser.objects.filter(group_id=deleted.id, role=Role.MEMBER).update(user=person)
    desk = make_world(GroupType.SUPPORT)
    staff = desk.people[Role.STAFF]
    for world in (left, deleted):
        world.say(person, WORD)
    note_send(acting_user=staff, group_id=desk.id, message_text=WORD)
    member_leave(acting_user=person, group_id=left.id)
    group_delete(acting_user=second, group_id=deleted.id)

    _erase(person)
    assert ChatMessage.objects.filter(message_text=WORD).count() == 1, "the note of somebody else"

    _erase(staff)
    assert _left() == set()


@pytest.mark.parametrize("what", ["group", "forwarder"])
def test_held_words_stay_and_keep_the_erasure_open(what: str) -> None:
    world = plant()
    owner, person = world.people[Role.OWNER], world.people[Role.MEMBER]
    held = {"group": world.group} if what == "group" else {"user_id": owner.pk}
    hold = hold_place(acting_user=owner, reason="case 7", **held)
    _erase(person)

    erasure = Erasure.objects.get()
    assert (erasure.state, erasure.finished_at) == (JobState.WAITING, None)
    assert "ChatMessage.message_text" in columns_with(WORD)
    assert list(erasures_run()) == [], "it rests"

    hold_lift(acting_user=owner, hold=hold)
    assert sum(erasures_run()) > 0
    erasure.refresh_from_db()
    assert (erasure.state, _left()) == (JobState.DONE, set())


def test_person_who_is_held_cannot_be_erased() -> None:
    person = make_person()
    hold_place(acting_user=make_person(), reason="case 7", user_id=person.pk)
    before = everything()
    with pytest.raises(Conflict) as refused:
        erasure_request(acting_user=person, user_id=person.pk)
    assert (refused.value.code, everything()) == ("legal_hold", before)


def test_person_who_is_held_after_they_asked_is_kept() -> None:
    world = plant()
    person = world.people[Role.MEMBER]
    erasure_request(acting_user=person, user_id=person.pk)
    hold_place(acting_user=world.people[Role.OWNER], reason="case 7", user_id=person.pk)
    texts = set(ChatMessage.objects.filter(sender=person).values_list("message_text", flat=True))

    list(erasures_run())

    assert set(ChatMessage.objects.filter(sender=person).values_list("message_text", flat=True)) == texts
    assert Erasure.objects.open().exists()


def test_asking_twice_is_asking_once_and_in_the_book_once() -> None:
    person, moderator = make_person(), make_person()
    first = erasure_request(acting_user=person, user_id=person.pk)
    again = [erasure_request(acting_user=user, user_id=person.pk) for user in (person, moderator)]
    other = make_person()
    theirs = erasure_request(acting_user=moderator, user_id=other.pk)

    assert {erasure.pk for erasure in again} == {first.pk}
    acts = [(act.actor_id, act.action, act.target_id, act.details) for act in AuditEntry.objects.order_by("at", "pk")]
    asked = AuditAction.ERASURE_REQUESTED
    assert acts == [
        (person.pk, asked, str(first.pk), {"user": str(person.pk)}),
        (moderator.pk, asked, str(theirs.pk), {"user": str(other.pk)}),
    ]


def test_own_erasure_waits_and_can_be_taken_back_until_it_begins(settings: Any) -> None:
    settings.CHAT |= {"ERASURE_DELAY": 3600}
    world, owner, [member] = small_group()
    world.say(owner, "hello")
    erasure = erasure_request(acting_user=owner, user_id=owner.pk)
    hold_lift(acting_user=member, hold=hold_place(acting_user=member, reason="case 7", group=world.group))
    assert list(erasures_run()) == [], "nor does a hold that is lifted hurry it"
    with pytest.raises(NotFound):
        erasure_withdraw(acting_user=member, erasure_id=erasure.pk)

    erasure_withdraw(acting_user=owner, erasure_id=erasure.pk)

    assert not Erasure.objects.exists()
    assert AuditEntry.objects.filter(action=AuditAction.ERASURE_WITHDRAWN, target_id=str(erasure.pk)).exists()
    erasure = erasure_request(acting_user=owner, user_id=owner.pk)
    Erasure.objects.update(begins_at=F("created_at"))
    with pytest.raises(Conflict) as late:
        erasure_withdraw(acting_user=owner, erasure_id=erasure.pk)
    assert late.value.code == "erasure_begun"
    assert list(erasures_run()) == [1]


def test_whom_the_site_trusts_need_not_wait_for_the_person(settings: Any) -> None:
    settings.CHAT |= {"ERASURE_DELAY": 3600}
    world, owner, _ = small_group()
    world.say(owner, "hello")
    moderator = make_person()
    erasure_request(acting_user=owner, user_id=owner.pk)

    erasure = erasure_request(acting_user=moderator, user_id=owner.pk)

    with pytest.raises(Conflict):
        erasure_withdraw(acting_user=owner, erasure_id=erasure.pk)
    assert AuditEntry.objects.filter(actor=moderator, action=AuditAction.ERASURE_REQUESTED).count() == 1
    assert list(erasures_run()) == [1]


def test_erasure_that_is_stopped_goes_on_where_it_was() -> None:
    world = plant()
    person = world.people[Role.MEMBER]
    erasure_request(acting_user=person, user_id=person.pk)
    steps = erasures_run(batch_size=1)
    first = [next(steps), next(steps)]
    assert list(erasures_run()) == [], "another worker leaves it alone"
    steps.close()

    rest = list(erasures_run(batch_size=1))

    erasure = Erasure.objects.get()
    assert (erasure.state, erasure.done_count) == (JobState.DONE, sum(first) + sum(rest))
    assert _left() == set()


def test_late_retry_does_not_send_what_was_erased_anew() -> None:
    world = plant()
    person = world.people[Role.MEMBER]
    first = ChatMessage.objects.get(group_id=world.id, sender=person, client_id__isnull=False)
    _erase(person)

    with pytest.raises(KeyReused):
        message_send(
            acting_user=person,
            group_id=world.id,
            message_text=f"{WORD} one",
            reference_id=WORD,
            reference_type=WORD,
            client_id=first.client_id,
        )
    assert _left() == set()


def test_what_was_purged_already_loses_what_a_tombstone_keeps_otherwise(settings: Any) -> None:
    settings.CHAT |= {"UNDO_WINDOW": 0}
    world, owner, _ = small_group()
    message = world.say(owner, "words", reference_id=WORD)
    message_delete(acting_user=owner, message_id=message.pk)
    assert list(tombstones_purge()) == [1]
    assert columns_with(WORD) == {"ChatMessage.reference_id"}

    assert _erase(owner) == [1]

    assert _left() == set()
