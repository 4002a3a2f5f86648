"""Settings, blocks, connections and reports, after the fold of the whole older database."""

import pytest

from chat.models import Block, ChatSettings, Connection, LegacyRow, Report
from tests.legacy.astegni.moments import at
from tests.legacy.astegni.world import World

pytestmark = pytest.mark.django_db


def _settings(world: World, name: str) -> ChatSettings:
    return ChatSettings.objects.get(user=world.cast.users[name])


def test_strictest_privacy_of_somebodys_profiles_counts_and_the_newest_of_the_rest(world: World) -> None:
    ada = _settings(world, "ada")
    assert (ada.who_can_message, ada.last_seen_visibility, ada.allow_calls_from) == ("connections", "nobody", "none")
    assert (ada.read_receipts, ada.online_status, ada.hide_email, ada.hide_phone_number) == (False, True, True, False)
    assert (ada.sound_alerts, ada.mute_duration) == (True, "forever"), "what the newest row says, or the default"
    assert ada.appearance == {"font_size": "large", "bubble_style": "round", "truevoice_language": "am"}
    assert (ada.created_at, ada.changed_at) == (at(1), at(3))
    assert world.told("chat_settings", "settings 2") == ("kept", "")
    assert world.told("chat_settings", "settings 1") == ("merged", "same_person")
    assert world.row("chat_settings", "settings 3").new_id == str(ada.pk)


def test_two_step_sign_in_is_listed_and_not_folded(world: World) -> None:
    assert world.flags("chat_settings", "settings 1") == {"two_step"}
    assert world.told("chat_two_step_verification", "two-step") == ("reported", "two_step")
    assert world.told("chat_active_sessions", "session") == ("reported", "session")


def test_unknown_setting_is_the_strictest_and_a_missing_one_the_default(world: World) -> None:
    ben, cleo = _settings(world, "ben"), _settings(world, "cleo")
    assert (ben.who_can_message, ben.mute_duration) == ("none", "off")
    assert world.flags("chat_settings", "odd settings") == {"value_unknown"}
    assert (cleo.who_can_message, cleo.read_receipts, cleo.message_notifications) == ("everyone", True, True)
    assert world.told("chat_settings", "ghost's settings") == ("quarantined", "person_unknown")


def test_blocks_are_by_person_of_the_earliest_time_for_all_reasons(world: World) -> None:
    dan, eve = world.cast.key("dan"), world.cast.key("eve")
    block = Block.objects.get(blocker=dan, blocked=eve)
    assert (block.created_at, block.reason) == (at(4), "rude; spam")
    assert world.told("blocked_chat_contacts", "earlier block") == ("kept", "")
    assert world.told("blocked_chat_contacts", "later block") == ("merged", "same_person")
    assert world.told("blocked_chat_contacts", "self-block") == ("reported", "self_block")
    for name in ("ghost's block", "block of a ghost"):
        assert world.told("blocked_chat_contacts", name) == ("quarantined", "person_unknown")
    assert Block.objects.count() == 3


def test_block_that_now_covers_another_live_conversation_is_listed(world: World) -> None:
    assert world.flags("blocked_chat_contacts", "blocked merge") == {"widened"}
    for name in ("earlier block", "narrow block"):
        assert world.flags("blocked_chat_contacts", name) == set()


def test_connection_of_two_people_is_the_strongest_of_theirs(world: World) -> None:
    key = world.cast.key
    accepted = Connection.objects.get(pk=world.row("connections", "accepted").new_id)
    assert (accepted.requester_id, accepted.recipient_id) == (key("ben"), key("ada"))
    assert (accepted.state, accepted.requested_at, accepted.answered_at) == ("accepted", at(3), at(4))
    for name in ("rejected", "pending"):
        assert world.told("connections", name) == ("merged", "same_person")
        assert world.row("connections", name).new_id == str(accepted.pk)
    waiting = Connection.objects.get(pk=world.row("connections", "waiting again").new_id)
    assert (waiting.requester_id, waiting.state, waiting.answered_at) == (key("cleo"), "pending", None)
    refused = Connection.objects.get(pk=world.row("connections", "refused").new_id)
    assert refused.state == "rejected"
    assert world.told("connections", "blocked connection") == ("reported", "connection_blocked")
    assert world.told("connections", "self-connection") == ("reported", "self_connection")
    assert world.told("connections", "ghost's connection") == ("quarantined", "person_unknown")
    assert world.told("connections", "odd connection") == ("quarantined", "state_unknown")
    assert Connection.objects.count() == 3


def test_reports_keep_who_what_and_which_messages(world: World) -> None:
    report = Report.objects.get(pk=world.row("chat_privacy_reports", "report").new_id)
    assert (report.reporter_id, report.reported_id) == (world.cast.key("ida"), world.cast.key("hal"))
    assert (report.kind, report.reason, report.state, report.created_at) == ("scam", "A scam", "pending", at(2))
    assert [row.message for row in report.messages.all()] == [world.message("bad")]
    assert world.flags("chat_privacy_reports", "report") == {"message_missing", "profile_disagrees", "profile_gone"}
    assert world.told("chat_privacy_reports", "report again") == ("merged", "same_report")
    decided = Report.objects.get(pk=world.row("chat_privacy_reports", "decided report").new_id)
    assert (decided.kind, decided.state, decided.reviewed_by_id) == ("other", "action_taken", world.cast.key("jon"))
    assert "value_unknown" in world.flags("chat_privacy_reports", "decided report")
    by_nobody = Report.objects.get(pk=world.row("chat_privacy_reports", "report by nobody").new_id)
    assert by_nobody.reporter_id is None
    assert world.told("chat_privacy_reports", "report of nobody") == ("quarantined", "person_unknown")


def test_every_row_of_the_tables_of_people_is_accounted_for(world: World) -> None:
    tables = ("chat_settings", "blocked_chat_contacts", "connections", "chat_privacy_reports", "chat_active_sessions")
    rows = world.old.snapshot()
    for table in tables:
        assert LegacyRow.objects.filter(table=table).count() == len(rows[table])
