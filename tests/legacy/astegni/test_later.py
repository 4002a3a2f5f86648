"""Later runs: nothing is done twice, what came since is added, what changed is applied unless it changed here, too."""

import sqlite3
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.test import override_settings

from chat.exceptions import NotAllowed
from chat.legacy.models import Models
from chat.legacy.source import Options
from chat.legacy.sources.astegni import Astegni
from chat.legacy.undoing import undo
from chat.legacy.verifying import verify
from chat.models import (
    Block,
    Call,
    ChatGroup,
    ChatGroupUser,
    ChatMessage,
    ChatSettings,
    Connection,
    LegacyRow,
    PollVote,
    Report,
)
from chat.services.groups import peer_start
from chat.services.messages import message_send
from chat.services.people.blocks import block_add, block_remove
from chat.services.people.settings import settings_update
from chat.services.polls import vote_set
from tests.legacy.astegni.builder import OldAstegni
from tests.legacy.astegni.conftest import fold_astegni
from tests.legacy.astegni.moments import at
from tests.legacy.astegni.schema import PROFILES, State
from tests.legacy.astegni.world import Cast, World, build, calls, conversations, messages, people

pytestmark = pytest.mark.django_db

MODELS = (ChatGroup, ChatGroupUser, ChatMessage, Call, PollVote, ChatSettings, Block, Connection, Report)
Begin = Callable[..., World]


@pytest.fixture
def begin(db: None) -> Begin:
    """Make an older database with some scenes."""

    def begin(*scenes: Any) -> World:
        return build(OldAstegni().create(), Cast(), *scenes)

    return begin


def _state() -> list[list[dict[str, Any]]]:
    told = list(LegacyRow.objects.order_by("table", "old_id").values("table", "old_id", "outcome", "flags", "new_id"))
    return [told, *(list(model._base_manager.order_by("pk").values()) for model in MODELS)]


def test_running_twice_changes_nothing_and_a_dry_run_writes_nothing(begin: Begin) -> None:
    # BATCH
    world = begin()
    fold_astegni(dry_run=True)
    assert not LegacyRow.objects.exists()
    assert not any(model._base_manager.exists() for model in MODELS)

    before = world.old.snapshot()
    fold_astegni()
    first = _state()
    fold_astegni()
    for then, now in zip(first, _state(), strict=True):
        assert [row for row in now if row not in then] == []
        assert len(now) == len(then)
    assert world.old.snapshot() == before


def test_no_temporary_file_stays_open(begin: Begin, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[sqlite3.Connection] = []

    class Watched(sqlite3.Connection):
        def __init__(self, *args: Any, **options: Any) -> None:
            super().__init__(*args, **options)
            opened.append(self)

        def close(self) -> None:
            super().close()
            opened.remove(self)

    connect = sqlite3.connect
    begin()
    monkeypatch.setattr(sqlite3, "connect", lambda *args, **options: connect(*args, factory=Watched, **options))
    fold_astegni()

    assert opened == []


def test_whole_database_verifies_and_undoing_leaves_nothing_of_it(begin: Begin) -> None:
    world = begin()
    before = world.old.snapshot()
    fold_astegni()
    source, models = Astegni(Options(call_shifts=[timedelta(hours=3)])), Models(apps)
    with override_settings(CHAT={"PROFILES": PROFILES}):
        assert list(verify(source, models)) == []
        undo(source, models)
    assert not LegacyRow.objects.exists()
    assert not any(model._base_manager.exists() for model in MODELS)
    assert world.old.snapshot() == before


@pytest.mark.parametrize(
    "state", [State.S0, State.S1, {"chat_messages": State.S0}, {"conversations": State.S0}], ids=str
)
def test_other_states_and_mixtures_fold_alike(db: None, state: Any) -> None:
    scenes = [
        scene
        for module in (conversations, messages, calls, people)
        for scene in module.SCENES
        if scene is not conversations.identities  # Jon has no profile, which S0 cannot say
    ]
    world = build(OldAstegni(state).create(), Cast(), *scenes)
    fold_astegni()
    assert world.sees("ada", "roles 1") == ["one", "three", "four", "five", "six"]
    assert world.members("creator left") == {"cleo": "owner", "dan": "admin", "ben": "member"}
    assert world.message("pinned twice").pinned_by_id == world.cast.key("ada")
    assert world.call("both: callee") == world.call("both: caller")
    assert world.poll("single") == world.message("poll's message")
    assert world.flags("blocked_chat_contacts", "blocked merge") == {"widened"}


def test_settings_follow_the_old_ones_until_somebody_changes_them_here(begin: Begin) -> None:
    world = begin(people.settings)
    fold_astegni()
    world.old.update("chat_settings", world["settings 3"], about_visibility="nobody", updated_at=at(50))
    world.name("settings 4", world.old.settings(world.cast.ada._replace(number=77), at(60), groups_visibility="nobody"))
    fold_astegni()
    ada = ChatSettings.objects.get(user=world.cast.users["ada"])
    assert (ada.about_visibility, ada.groups_visibility, ada.changed_at) == ("nobody", "nobody", at(60))
    assert "changed_later" in world.flags("chat_settings", "settings 3")
    assert world.row("chat_settings", "settings 2").outcome == "kept"

    settings_update(acting_user=world.cast.users["ada"], about_visibility="everyone")
    world.old.update("chat_settings", world["settings 1"], about_visibility="connections", updated_at=at(70))
    fold_astegni()
    ada.refresh_from_db()
    assert ada.about_visibility == "everyone"
    assert "new_app_wins" in world.flags("chat_settings", "settings 1")


def test_what_people_made_here_is_left_as_it_is(begin: Begin) -> None:
    world = begin(people.settings, people.blocks, people.connections)
    users = world.cast.users
    settings_update(acting_user=users["ada"], who_can_message="everyone")
    block_add(acting_user=users["dan"], user_id=users["eve"].pk, reason="mine")
    fold_astegni()
    assert ChatSettings.objects.get(user=users["ada"]).who_can_message == "everyone"
    assert Block.objects.get(blocker=users["dan"]).reason == "mine"
    for table, name in (("chat_settings", "settings 2"), ("blocked_chat_contacts", "earlier block")):
        assert world.told(table, name) == ("merged", "native_row")
        assert "new_app_wins" in world.flags(table, name)


def test_block_that_was_ended_here_does_not_come_back(begin: Begin) -> None:
    world = begin(people.blocks)
    users = world.cast.users
    fold_astegni()
    block_remove(acting_user=users["ada"], user_id=users["ben"].pk)
    world.name("again", world.old.block(world.cast.ada_mother, world.cast.ben, at(90)))
    world.name("new", world.old.block(world.cast.cleo, world.cast.dan, at(91)))
    fold_astegni()
    assert not Block.objects.filter(blocker=users["ada"]).exists()
    assert world.told("blocked_chat_contacts", "again") == ("merged", "native_row")
    assert Block.objects.filter(blocker=users["cleo"], blocked=users["dan"]).exists()


def test_folded_block_and_setting_hold_in_conversations_that_were_here(begin: Begin) -> None:
    world = begin(people.blocks, people.settings)
    users = world.cast.users
    pairs = [("dan", "eve"), ("hal", "ada")]
    groups = {pair: peer_start(acting_user=users[pair[0]], user_id=users[pair[1]].pk).group for pair in pairs}
    for pair, group in groups.items():
        message_send(acting_user=users[pair[0]], group_id=group.pk, message_text="Hello")
        assert not ChatGroupUser.objects.get(group=group, user=users[pair[0]]).is_guarded, "nothing is in force yet"
    fold_astegni()
    for pair, group in groups.items():
        with pytest.raises(NotAllowed):
            message_send(acting_user=users[pair[0]], group_id=group.pk, message_text="Hello?")


def test_answer_to_a_request_is_applied_unless_it_was_answered_here(begin: Begin) -> None:
    world = begin(people.connections)
    fold_astegni()
    world.old.update("connections", world["waiting"], status="accepted", connected_at=at(40))
    world.old.update("connections", world["refused"], status="pending", connected_at=None)
    fold_astegni()
    waiting = Connection.objects.get(pk=world.row("connections", "waiting").new_id)
    assert (waiting.state, waiting.answered_at) == ("accepted", at(40))
    assert "changed_later" in world.flags("connections", "waiting")
    assert Connection.objects.get(pk=world.row("connections", "refused").new_id).state == "rejected"
    assert "new_app_wins" in world.flags("connections", "refused")


def test_report_is_decided_as_in_the_old_application_while_it_waits_here(begin: Begin) -> None:
    world = begin(people.reports)
    fold_astegni()
    reviewed = {"status": "dismissed", "reviewed_by": world.cast.key("jon"), "reviewed_at": at(30)}
    world.old.update("chat_privacy_reports", world["report"], **reviewed)
    world.old.update("chat_privacy_reports", world["decided report"], status="dismissed")
    fold_astegni()
    report = Report.objects.get(pk=world.row("chat_privacy_reports", "report").new_id)
    assert (report.state, report.reviewed_by_id) == ("dismissed", world.cast.key("jon"))
    assert "changed_later" in world.flags("chat_privacy_reports", "report")
    decided = Report.objects.get(pk=world.row("chat_privacy_reports", "decided report").new_id)
    assert decided.state == "action_taken"
    assert "new_app_wins" in world.flags("chat_privacy_reports", "decided report")


def test_second_row_of_a_call_joins_the_first_whenever_it_comes(begin: Begin) -> None:
    world = begin(calls.calls)
    fold_astegni()
    call = world.call("alone")
    late = world.name("late", world.old.call(world["calling"], world.cast.cleo, "declined", at(30.5)))
    world.old.update("call_logs", world["never went on"], status="ended", answered_at=at(41), ended_at=at(44))
    fold_astegni()
    assert world.told("call_logs", late) == ("merged", "same_call")
    call.refresh_from_db()
    assert call.state == "declined"
    assert call.message.metadata is not None
    assert call.message.metadata["system"]["value"] == "declined"
    assert world.call("never went on").state == "ended"
    assert "changed_later" in world.flags("call_logs", "never went on")


def test_votes_that_came_since_count_unless_people_voted_here(begin: Begin) -> None:
    world = begin(calls.polls)
    users = world.cast.users
    fold_astegni()
    now, later = world.old.options(world["single"])
    world.name("vote ada's", world.old.vote(world["single"], now, world.cast.ada, at(40)))
    world.name("poll since", world.old.poll(world["polling"], world.cast.ada, at(45), "New?", "Yes", "No"))
    late = world.old.message(world["polling"], world.cast.ben, at(50), "Look")
    world.name("vote ben's third", world.old.vote(world["single"], now, world.cast.ben, at(41)))
    fold_astegni()
    message = world.poll("single")
    assert message.metadata is not None
    assert [option["votes"] for option in message.metadata["poll"]["options"]] == [3, 1]
    assert world.told("poll_votes", "vote latest") == ("merged", "same_vote")
    assert set(PollVote.objects.filter(message=message, option=1).values_list("user_id", flat=True)) == {
        users[name].pk for name in ("ada", "ben", "fay")
    }
    again = _state()
    fold_astegni()
    assert _state() == again
    assert world.poll("poll since").message_text == "New?"
    world.name("shown since", world.old.poll(world["polling"], world.cast.ben, at(60), "Which?", "A", message_id=late))
    fold_astegni()
    assert world.poll("shown since").pk == ChatMessage.objects.get(message_text="Which?", message_type="poll").pk

    vote_set(acting_user=users["cleo"], message_id=message.pk, option_ids=[1])
    world.name("vote late", world.old.vote(world["single"], later, world.cast.ada, at(50)))
    fold_astegni()
    assert world.told("poll_votes", "vote late") == ("merged", "native_row")
    assert PollVote.objects.get(message=message, user=users["ada"]).option == 1


def test_since_looks_only_where_something_happened_and_a_whole_run_does_the_rest(begin: Begin) -> None:
    world = begin(calls.calls, calls.polls)
    fold_astegni(since=at(25))
    assert LegacyRow.objects.filter(table="call_logs", outcome="kept").exists()
    fold_astegni()
    outcomes = LegacyRow.objects.filter(table__in=["call_logs", "polls", "poll_options"]).values_list(
        "outcome", flat=True
    )
    assert "quarantined" not in set(outcomes)
    assert world.poll("single") == world.message("poll's message")
    world.name("since", world.old.call(world["calling"], world.cast.dan, "missed", at(200)))
    fold_astegni(since=at(199))
    assert world.told("call_logs", "since") == ("kept", "")


def test_what_hung_on_a_message_that_was_deleted_since_is_told_to_be_deleted_with_it(begin: Begin) -> None:
    world = begin(calls.polls)
    old, cast, shown = world.old, world.cast, world["poll's message"]
    told = {"polls": [world["single"]], "poll_options": old.options(world["single"])}
    told["message_reactions"] = [old.reaction(shown, cast.cleo, "heart", at(2))]
    told["pinned_messages"] = [old.pin(world["polling"], shown, cast.ada, at(2))]
    fold_astegni()
    assert PollVote.objects.filter(message=world.poll("single")).count() == 3
    late = old.vote(world["single"], old.options(world["single"])[0], cast.ada, at(40))
    old.update("chat_messages", shown, is_deleted=True, deleted_at=at(41))
    told["poll_votes"] = [late, *(world[f"vote {name}"] for name in ("first", "latest", "cleo's", "stranger's"))]

    fold_astegni()

    outcomes = {(row.table, row.old_id): (row.outcome, row.reason, row.new_id) for row in LegacyRow.objects.all()}
    for table, numbers in told.items():
        assert {outcomes[table, str(number)] for number in numbers} == {("reported", "message_deleted", "")}, table
    assert not PollVote.objects.filter(message=world.message("poll's message")).exists()
    again = _state()
    fold_astegni()
    assert _state() == again


def test_report_gets_the_messages_that_a_whole_run_folds_later(begin: Begin) -> None:
    world = begin(calls.polls)
    ada, ben, old = world.cast.ada, world.cast.ben, world.old
    one, other = old.direct(at(0), ada, ben), old.direct(at(0), ada, world.cast.cleo)
    early, late = old.message(one, ben, at(1), "boo"), old.message(other, ada, at(900), "late")
    told = {"table": "chat_privacy_reports", "old_id": str(old.report(ada, ben, at(2), early))}
    assert late
    fold_astegni(since=at(800))
    row = LegacyRow.objects.get(**told)
    assert "message_missing" in row.flags

    fold_astegni()

    row.refresh_from_db()
    report = Report.objects.get(pk=row.new_id)
    assert "message_missing" not in row.flags
    assert list(report.messages.values_list("message__message_text", flat=True)) == ["boo"]


def test_picture_of_a_group_is_told_to_be_dropped(begin: Begin) -> None:
    world = begin(calls.polls)
    with_picture = world.old.group(at(0), world.cast.ada, avatar_url="https://example.org/us.png")
    fold_astegni()
    flags = dict(LegacyRow.objects.filter(table="conversations").values_list("old_id", "flags"))
    assert flags == {str(with_picture): ["picture_dropped"], str(world["polling"]): []}
