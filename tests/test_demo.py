from copy import deepcopy
from datetime import datetime, timedelta
from io import StringIO
from itertools import pairwise

import pytest
from django.contrib.auth.models import Group as AuthGroup
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db.models import F
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from chat.models import (
    Attachment,
    Block,
    BusinessHours,
    Call,
    CannedReply,
    ChatGroup,
    ChatGroupUser,
    ChatMessage,
    ChatSettings,
    Connection,
    DataExport,
    HeldMessage,
    Invitation,
    Mention,
    MessageReaction,
    MessageRevision,
    PollVote,
    Presence,
    ReadMark,
    StatusChange,
)
from chat.models.support.queue import queue_visible_to
from chat.services.groups import group_delete
from chat.services.messages import message_send
from chat.services.support.canned import canned_clean
from chatproject.demo import create_people
from chatproject.story import story_create
from chatproject.story.chatter import chatter
from chatproject.story.desk import desk_furnish, desk_open
from chatproject.story.duty import SUSPECT, duty_begin
from tests.files.uploading import stored

BUSY = 40


@pytest.fixture(scope="module")
def first_people(shared_rows: None) -> dict[str, User]:
    people = create_people()
    desk_open(people)
    story_create(people, busy_messages=BUSY, progress=lambda _done, _total: None)
    desk_furnish(people)
    return people


@pytest.fixture
def people(first_people: dict[str, User], db: None) -> dict[str, User]:
    return deepcopy(first_people)


def test_there_is_something_of_every_kind(people: dict[str, User]) -> None:
    ada = ChatGroupUser.objects.of(people["ada"])

    assert ChatGroup.objects.filter(group_type="support", desk_of=None).count() == 7
    assert ChatGroup.objects.filter(support_status="open", assignee=None, memberships__role="staff").exists()
    assert queue_visible_to(people["eli"]).exclude(memberships__role="staff").count() == 2
    assert ChatGroup.objects.filter(posting="admins").count() == 1
    assert ChatGroup.objects.get(name="Spring market").last_seq == BUSY
    assert ada.filter(group__group_type="peer").count() == 4
    assert ada.filter(pinned_at__isnull=False).exists()
    assert ada.filter(archived_at__isnull=False).exists()
    assert ada.filter(muted_until__gt=timezone.now()).exists()
    assert ChatMessage.objects.filter(deleted_at__isnull=False).exists()
    assert ChatMessage.objects.exclude(reference_id="").exists()
    assert set(ChatMessage.objects.values_list("message_type", flat=True)) == {
        *("text", "image", "audio", "file", "poll", "location", "system"),
    }
    voice = Attachment.objects.get(kind="audio", message__isnull=False)
    assert (voice.duration_ms, max(voice.waveform or [])) == (3500, 70)
    assert Attachment.objects.get(kind="image").preview
    assert ChatMessage.objects.filter(reference_list__isnull=False).exists()
    assert ChatMessage.objects.filter(metadata__poll__anonymous=True, metadata__poll__voters=2).exists()
    assert ReadMark.objects.filter(kind="delivered").exists()
    assert ChatGroupUser.objects.filter(unread_from_seq__lt=F("read_seq")).exists()
    assert MessageReaction.objects.exists()
    assert PollVote.objects.exists()
    assert MessageRevision.objects.exists()
    assert Mention.objects.filter(counts=True).exists()
    for sign in ("reply_to", "forwarded_from", "pinned_at", "edited_at"):
        assert ChatMessage.objects.filter(**{f"{sign}__isnull": False}).exists()
    assert ada.exclude(draft_text="").exists()
    assert ReadMark.objects.exists()
    assert set(Call.objects.values_list("state", flat=True)) == {"missed", "ended"}
    assert Invitation.objects.filter(revoked_at__isnull=True).exists()
    for name in ("eli", "fay"):
        assert people[name].chat_memberships.filter(role="staff").exists()  # type: ignore[attr-defined]


def test_desk_served_a_request_within_the_hour(people: dict[str, User]) -> None:
    group = ChatGroup.objects.select_related("request", "desk").get(name="Lost umbrella")
    request, change = group.request, StatusChange.objects.filter(group=group).latest("version")

    assert (group.support_status, request.rating, change.status) == ("resolved", 5, "resolved")
    assert request.first_response_seconds == 9 * 60
    assert request.resolution_seconds == 82 * 60
    assert request.resolved_at == change.at < timezone.now() - timedelta(days=2)
    assert group.desk.messages.count() == 2
    assert list(group.request_tags.values_list("tag__name", flat=True)) == ["lost-and-found"]


def test_desk_is_furnished_once(people: dict[str, User]) -> None:
    desk_furnish(people)

    assert BusinessHours.objects.get().intervals.count() == 11
    assert CannedReply.objects.filter(owner=None).count() == 3
    for reply in CannedReply.objects.all():
        assert canned_clean(reply.text) == reply.text


def test_people_know_block_and_hide_from_each_other(people: dict[str, User]) -> None:
    assert Block.objects.exists()
    assert set(Connection.objects.values_list("state", flat=True)) == {"pending", "accepted"}
    assert ChatSettings.objects.filter(read_receipts=False).exists()
    assert set(Presence.objects.values_list("user__username", flat=True)) == {"ada", "ben"}


def test_backlogs_differ(people: dict[str, User]) -> None:
    busy = ChatGroupUser.objects.filter(group__name="Spring market").with_unread()
    unread = dict(busy.values_list("user__username", "unread"))

    assert unread["dina"] > BUSY // 2 > unread["ada"]
    assert len(set(ChatGroupUser.objects.of(people["ada"]).with_unread().values_list("unread", flat=True))) >= 4


def test_times_lie_in_the_past_and_in_the_order_of_numbers(people: dict[str, User]) -> None:
    now = timezone.now()

    for group in ChatGroup.objects.all():
        messages = list(group.messages.order_by("seq"))
        times = [group.created_at, *(message.created_at for message in messages)]
        assert all(earlier < later for earlier, later in pairwise(times[1:]))
        assert times == sorted(times)
        assert group.last_message_at == group.changed_at == times[-1] < now
        assert [message.seq for message in messages] == list(range(1, group.last_seq + 1))
        for message in messages:
            latest = message.deleted_at or message.pinned_at or message.edited_at or message.created_at
            assert message.changed_at == latest < now
        assert all(message.created_at < message.read_at < now for message in messages if message.read_at)
    assert max(ReadMark.objects.values_list("at", flat=True)) < now
    [poll] = ChatMessage.objects.exclude(metadata__poll__closed_at=None).filter(message_type="poll")
    closed_at = datetime.fromisoformat((poll.metadata or {})["poll"]["closed_at"])
    assert poll.created_at < closed_at < now - timedelta(hours=1)
    for model in (Attachment, MessageReaction, PollVote):
        assert max(model._default_manager.values_list("created_at", flat=True)) < now - timedelta(hours=1)
    created = list(ChatMessage.objects.order_by("pk").values_list("created_at", flat=True))
    assert created == sorted(created)
    assert now - created[0] > timedelta(days=10)


def test_conversations_go_on(people: dict[str, User]) -> None:
    group = ChatGroup.objects.get(name="Spring market")
    before = timezone.now()

    message = message_send(acting_user=people["ada"], group_id=group.pk, message_text="Now").message

    assert message.seq == BUSY + 1
    assert abs(message.created_at - before) < timedelta(minutes=1)


def test_run_again_keeps_what_is_there_and_adds_nothing(people: dict[str, User], settings: Settings) -> None:
    settings.DEMO, settings.CHAT = True, {"ADAPTER": "chatproject.chat_hooks.Adapter"}
    duty_begin(people)
    market = ChatGroup.objects.get(name="Spring market")
    group_delete(acting_user=people["fay"], group_id=market.pk)
    AuthGroup.objects.get().user_set.remove(people["fay"])
    models = (Attachment, ChatGroup, ChatGroupUser, ChatMessage, ReadMark, AuthGroup, User.groups.through)
    files = stored()
    before = [list(model._default_manager.order_by("pk").values()) for model in models]

    call_command("chat_demo", stdout=StringIO())

    assert [list(model._default_manager.order_by("pk").values()) for model in models] == before
    assert stored() == files
    assert len(files) == Attachment.objects.count() + 1  # the picture's preview


def test_moderators_have_something_to_do_and_ada_gets_her_data(people: dict[str, User], settings: Settings) -> None:
    settings.CHAT = {"ADAPTER": "chatproject.chat_hooks.Adapter"}
    before = ChatMessage.objects.count()

    for _ in range(2):
        duty_begin(people)

    held = HeldMessage.objects.get()
    assert (held.user, held.content["message_text"], ChatMessage.objects.count()) == (people["chala"], SUSPECT, before)
    assert people["eli"].has_perms(["chat.view_heldmessage", "chat.change_heldmessage"])
    assert DataExport.objects.get().user == people["ada"]


def test_staff_serve_requests_and_read_chat_in_the_admin(people: dict[str, User], client: Client) -> None:
    assert [name for name, user in people.items() if user.has_perm("chat.support_staff")] == ["eli", "fay", "admin"]
    url = reverse("admin:chat_chatmessage_changelist")

    for name, status in (("eli", 200), ("ada", 302)):
        client.force_login(people[name])
        assert client.get(url).status_code == status


def test_chatter_is_of_the_length_asked_for_and_ends_before_now() -> None:
    now = timezone.now()
    steps = list(chatter(now, 600))
    said = [step for step in steps if step.act == "says"]

    assert len(said) == 600
    assert all(earlier.at < later.at for earlier, later in pairwise(steps))
    assert now - timedelta(minutes=30) < steps[-1].at < now
    assert not any("{" in step.text for step in said)
    assert len({step.text for step in said}) > 200
    assert steps == list(chatter(now, 600))
