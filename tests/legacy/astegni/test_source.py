"""What is read from an older Astegni database, whatever state it is in."""

from datetime import timedelta, timezone
from typing import Any

import pytest

from chat.legacy.rows import Kind, MessageKey, OldPerson
from chat.legacy.source import Options
from chat.legacy.sources.astegni import Astegni
from tests.legacy.astegni.builder import OldAstegni, Who
from tests.legacy.astegni.conftest import MakeOld
from tests.legacy.astegni.moments import at
from tests.legacy.astegni.schema import State

ADA, BEN = Who(1, "student", 5), Who(2, "tutor", 5)
BOTH = [OldPerson(1, "student", 5), OldPerson(2, "tutor", 5)]


def _message(source: Astegni, number: int) -> Any:
    [message] = source.messages([str(number)])
    return message


@pytest.mark.parametrize("state", State)
def test_each_state_is_found_and_read(make_old: MakeOld, state: State) -> None:
    old, source = make_old(state), Astegni(Options())
    direct = old.direct(at(0), ADA, BEN)
    message = old.message(direct, BEN, at(1), "Hello", forwarder_name="Cleo", forwarded_from_profile_id=9)

    assert source.found
    [conversation] = source.conversations()
    assert (conversation.key, conversation.kind, conversation.created_at) == (str(direct), Kind.DIRECT, at(0))
    assert [member.person for member in conversation.members] == BOTH
    assert list(source.message_keys()) == [MessageKey(str(message), str(direct), at(1))]
    read = _message(source, message)
    assert (read.sender, read.text, read.created_at) == (BOTH[1], "Hello", at(1))
    lately = {"forwarded_from_profile_id": 9} if state == State.S2 else {"forwarder_name": "Cleo"}
    assert read.legacy == {"sender_profile_type": "tutor", "sender_profile_id": 5, **lately}
    assert [list(rows) for rows in (source.calls(), source.polls(), source.settings(), source.others())] == [[]] * 4


def test_conversations_and_members_are_read_side_by_side(old: OldAstegni, source: Astegni) -> None:
    numbers = [old.direct(at(each), ADA, BEN) for each in range(5)]
    empty = old.conversation("group", at(9))
    old.join(empty + 1, ADA, at(10))  # of no conversation
    for each in numbers:
        old.join(each, Who(3), at(11))

    read = {conversation.key: conversation.members for conversation in source.conversations()}
    assert list(read) == [*map(str, numbers), str(empty)]
    assert {len(members) for members in read.values()} == {3, 0}
    assert read[str(numbers[0])][2].person == OldPerson(3)


def test_message_says_what_became_of_it(old: OldAstegni, source: Astegni) -> None:
    direct = old.direct(at(0), ADA, BEN)
    edited = {"is_edited": True, "edited_at": at(5), "original_content": "helo", "updated_at": at(6)}
    pinned = {"is_pinned": True, "pinned_at": at(7), "pinned_by_profile_id": 5, "pinned_by_profile_type": "tutor"}
    message = old.message(direct, ADA, at(1), "hello", deleted_for_user_ids=[2, "7"], **edited, **pinned)
    gone = old.message(direct, ADA, at(2), "gone", deleted_for_everyone=True, deleted_at=at(8))

    read = _message(source, message)
    assert (read.edited_at, read.original_text, read.changed_at) == (at(5), "helo", at(6))
    assert (read.pinned, read.pinned_at, read.pinned_by) == (True, at(7), OldPerson(None, "tutor", 5))
    assert list(read.hidden_for) == [OldPerson(2), OldPerson("7")]
    assert (_message(source, gone).deleted, _message(source, gone).deleted_at) == (True, at(8))


def test_types_and_media_find_their_place(old: OldAstegni, source: Astegni) -> None:
    direct = old.direct(at(0), ADA, BEN)

    def sent(kind: str, text: str | None = None, **values: Any) -> Any:
        return _message(source, old.message(direct, ADA, at(1), text, message_type=kind, **values))

    about = {"filename": "tree.png", "mime_type": "image/png", "size": 12}
    image = sent("image", media_url="https://files.example/1.png", media_metadata=about)
    assert image.message_type == "image"
    assert image.reference_list[0]["name"] == "tree.png"
    assert (image.reference_list[0]["url"], image.reference_list[0]["mime_type"]) == (
        "https://files.example/1.png",
        "image/png",
    )
    assert image.legacy["media_metadata"] == about
    file = sent("file", media_url="/uploads/a.pdf").reference_list[0]
    assert (file["name"], file["url"]) == ("a.pdf", "/uploads/a.pdf")
    assert sent("file", media_url="/uploads/a.pdf").reference_list == [file], "a copy says the same"
    bad = sent("image", media_url="javascript:alert(1)")
    assert (bad.reference_list, bad.flags, bad.legacy["media_url"]) == (
        None,
        ["reference_unsafe"],
        "javascript:alert(1)",
    )

    request = sent("session_request", "Maths", media_metadata={"session": 4})
    assert (request.message_type, request.text) == ("text", "Maths")
    assert request.legacy["message_type"] == "session_request"
    assert request.legacy["media_metadata"] == {"session": 4}
    assert sent("hologram", "?").flags == ["type_unknown"]
    assert sent("system", "Ada joined").sender is None
    assert sent("text", "gAAAAABl0pAqUE", sender_profile_type="system").message_type == "system"
    place = sent("location", media_metadata={"lat": "9.03", "lng": 38.74, "name": "Home"})
    assert place.metadata == {"location": {"latitude": 9.03, "longitude": 38.74, "name": "Home"}}
    assert sent("location", "somewhere").metadata == {}


def test_words_of_reactions_become_emoji(old: OldAstegni, source: Astegni) -> None:
    message = old.message(old.direct(at(0), ADA, BEN), ADA, at(1), "Hello")
    for said in ("heart", "angry", "🦄"):
        old.reaction(message, BEN, said, at(2))

    assert {reaction.emoji for reaction in source.reactions([str(message)])} == {"❤️", "😠", "🦄"}


def test_times_without_zone_are_those_of_the_options_and_calls_have_their_own(old: OldAstegni) -> None:
    east = timezone(timedelta(hours=3))
    source = Astegni(Options(timezone=east))
    direct = old.direct(at(0), ADA, BEN)
    old.call(
        direct, ADA, "ended", at(1), call_type="audio", participants=[2, {"profile_id": 5, "profile_type": "tutor"}]
    )

    [conversation] = source.conversations()
    [call] = source.calls()
    assert conversation.created_at == at(-180)
    assert (call.started_at, call.call_type) == (at(1), "voice")
    assert list(call.participants) == [OldPerson(2), OldPerson(None, "tutor", 5)]


def test_time_that_cannot_be_read_is_none(old: OldAstegni, source: Astegni) -> None:
    message = old.message(old.direct(at(0), ADA, BEN), ADA, at(1), "Hello")
    odd = "infinity" if old.connection.vendor == "postgresql" else "yesterday"
    old.update("chat_messages", message, created_at=odd)

    assert [key.created_at for key in source.message_keys()] == [None]
    assert _message(source, message).text == "Hello"


def test_polls_come_with_their_options_and_votes(old: OldAstegni, source: Astegni) -> None:
    direct = old.direct(at(0), ADA, BEN)
    old.poll(direct, ADA, at(1), "Empty?")
    poll = old.poll(direct, ADA, at(2), "When?", "Now", "Later", multiple_choice=True, status="ended", ended_at=at(9))
    now, later = old.options(poll)
    old.vote(poll, later, BEN, at(3))
    old.vote(poll + 7, now, BEN, at(4))  # of no poll

    empty, read = source.polls()
    assert not empty.options
    assert [(option.old_id, option.text) for option in read.options] == [(str(now), "Now"), (str(later), "Later")]
    assert [(vote.option, vote.person) for vote in read.votes] == [(str(later), BOTH[1])]
    assert (read.multiple, read.anonymous, read.closed_at, empty.closed_at) == (True, False, at(9), None)


def test_people_and_what_stands_between_them(old: OldAstegni, source: Astegni) -> None:
    looks = {"font_size": "large", "truevoice_language": "am", "two_step_verification": True}
    old.settings(ADA, at(1), who_can_message="friends", read_receipts=False, **looks)
    old.block(ADA, BEN, at(2), "rude")
    old.connection_row(ADA, BEN, "accepted", at(3), connected_at=at(4))
    old.report(BEN, ADA, at(5), 3, 4, report_type="scam", reviewed_by=9)
    old.session(ADA, at(6))
    old.two_step(ADA, at(7))

    [settings] = source.settings()
    assert settings.two_step
    assert (settings.values["who_can_message"], settings.values["read_receipts"]) == ("friends", False)
    assert settings.values["online_status"] is None
    assert settings.values["appearance"] == {"font_size": "large", "truevoice_language": "am"}
    [block] = source.blocks()
    assert ([block.blocker, block.blocked], block.reason) == (BOTH, "rude")
    [connection] = source.connections()
    assert ([connection.requester, connection.recipient], connection.answered_at) == (BOTH, at(4))
    [report] = source.reports()
    assert (list(report.messages), report.kind, report.reviewed_by) == (["3", "4"], "scam", OldPerson(9))
    assert [other.reason for other in source.others()] == ["session", "two_step"]


def test_what_changed_since_is_found_by_every_kind_of_row(old: OldAstegni, source: Astegni) -> None:
    directs = [old.direct(at(0), ADA, BEN) for _ in range(8)]
    messages = [old.message(direct, ADA, at(1), "Hello") for direct in directs]
    old.message(directs[0], ADA, at(60), "New")
    old.update("chat_messages", messages[1], deleted_at=at(61))
    old.change(directs[2], BEN, last_read_at=at(62))
    old.reaction(messages[3], BEN, "heart", at(63))
    old.call(directs[4], ADA, "missed", at(64))
    poll = old.poll(directs[5], ADA, at(2), "When?", "Now")
    old.vote(poll, old.options(poll)[0], BEN, at(65))
    old.pin(directs[6], messages[6], ADA, at(60))

    assert source.changed_since(at(60)) == {str(direct) for direct in directs[:7]}
    assert source.changed_since(at(70)) == set()
