"""Play the steps of a story through the services, as the people themselves would."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib.auth.models import User
from django.core.files.base import ContentFile
from django.utils import timezone

from chat.models import Attachment, ChatGroup, ChatGroupUser, Report
from chat.services.drafts import draft_set
from chat.services.edits import message_edit
from chat.services.forwards import message_forward
from chat.services.groups import Started, group_start, group_update, peer_start, support_start
from chat.services.messages import message_send
from chat.services.pins import message_pin
from chat.services.polls import poll_close, vote_set
from chat.services.reactions import reaction_add
from chat.services.reads import read_advance
from chat.services.safety.reports import message_report
from chat.services.scheduled import scheduled_create
from chat.services.states import state_set
from chat.services.tombstones import message_delete
from chat.services.uploads import upload_create
from chatproject.story.diary import Diary
from chatproject.story.helping import notes, rates, resolves, tags, takes
from chatproject.story.ringing import calls, invites
from chatproject.story.script import Conversation, Step
from chatproject.story.studio import FILES


@dataclass
class Stage:
    """The people, the groups they started so far, and when everything is said to have happened."""

    people: Mapping[str, User]
    diary: Diary = field(default_factory=Diary)
    groups: dict[Conversation, ChatGroup] = field(default_factory=dict)
    last: dict[Conversation, UUID] = field(default_factory=dict)
    asked: dict[Conversation, UUID] = field(default_factory=dict)
    said: dict[tuple[Conversation, str], tuple[int, UUID]] = field(default_factory=dict)
    uploads: list[Attachment] = field(default_factory=list)

    def play(self, step: Step) -> None:
        """Do one step. Time passes between two, however fast they are played: nobody writes too fast."""
        ChatGroupUser.objects.exclude(flood_until=None).update(flood_until=None)
        _ACTS[step.act](self, step)


def _starts(stage: Stage, step: Step) -> None:
    group = _start(step.conversation, stage.people).group
    stage.groups[step.conversation] = group
    stage.diary.started[group.pk] = step.at


def _start(conversation: Conversation, people: Mapping[str, User]) -> Started:
    first, *others = (people[name] for name in conversation.people)
    keys = [person.pk for person in others]
    if conversation.kind == "peer":
        return peer_start(acting_user=first, user_id=keys[0])
    if conversation.kind == "support":
        return support_start(acting_user=first, client_user_id=first.pk, staff_ids=keys, name=conversation.name)
    return group_start(
        acting_user=first,
        member_ids=keys,
        name=conversation.name,
        description=conversation.description,
        posting=conversation.posting,
        history_visibility="start",
    )


def _says(stage: Stage, step: Step) -> None:
    kind, _, key = step.about.partition("/")
    named = [person.pk for name, person in stage.people.items() if f"@{name}" in step.text]
    _send(stage, step, message_text=step.text, reference_type=kind, reference_id=key, mention_ids=named)


def _answers(stage: Stage, step: Step) -> None:
    _send(stage, step, message_text=step.text, reply_to_id=stage.last[step.conversation])


def _edits(stage: Stage, step: Step) -> None:
    seq, message_id = stage.said[step.conversation, step.who]
    message_edit(acting_user=stage.people[step.who], message_id=message_id, message_text=step.text)
    stage.diary.edited[stage.groups[step.conversation].pk, seq] = step.at


def _sticks(stage: Stage, step: Step) -> None:
    """Pin the last message for everyone, which the system then tells."""
    group = stage.groups[step.conversation]
    message = message_pin(acting_user=stage.people[step.who], message_id=stage.last[step.conversation])
    group.refresh_from_db(fields=["last_seq"])
    stage.diary.pinned[group.pk, message.seq] = stage.diary.sent[group.pk, group.last_seq] = step.at


def _fades(stage: Stage, step: Step) -> None:
    """Let what is said from now on disappear after so many seconds, which the system then tells."""
    group = stage.groups[step.conversation]
    group_update(acting_user=stage.people[step.who], group_id=group.pk, message_lifetime=int(step.text))
    group.refresh_from_db(fields=["last_seq"])
    stage.diary.sent[group.pk, group.last_seq] = step.at


def _slows(stage: Stage, step: Step) -> None:
    """Let members write once in so many seconds, which the system then tells."""
    group = stage.groups[step.conversation]
    group_update(acting_user=stage.people[step.who], group_id=group.pk, slow_mode=int(step.text))
    group.refresh_from_db(fields=["last_seq"])
    stage.diary.sent[group.pk, group.last_seq] = step.at


def _reports(stage: Stage, step: Step) -> None:
    message_id = stage.last[step.conversation]
    report = message_report(acting_user=stage.people[step.who], message_id=message_id, kind=step.text).report
    Report.objects.filter(pk=report.pk).update(created_at=step.at)


def _schedules(stage: Stage, step: Step) -> None:
    """Schedule a message for two minutes from now, whenever that is: the demo's worker sends it."""
    group_id, send_at = stage.groups[step.conversation].pk, timezone.now() + timedelta(minutes=2)
    scheduled_create(acting_user=stage.people[step.who], group_id=group_id, message_text=step.text, send_at=send_at)


def _forwards(stage: Stage, step: Step) -> None:
    """Send the last message to the group of that name."""
    [there] = [conversation for conversation in stage.groups if conversation.name == step.text]
    group, person = stage.groups[there], stage.people[step.who]
    message_forward(acting_user=person, message_id=stage.last[step.conversation], group_ids=[group.pk])
    group.refresh_from_db(fields=["last_seq"])
    stage.diary.sent[group.pk, group.last_seq] = step.at
    stage.diary.read[group.pk, person.pk, group.last_seq] = step.at


def _drafts(stage: Stage, step: Step) -> None:
    draft_set(acting_user=stage.people[step.who], group_id=stage.groups[step.conversation].pk, message_text=step.text)


def _asks(stage: Stage, step: Step) -> None:
    question, *options = step.text.split(" | ")
    secret = step.act == "asks-secretly"
    _send(stage, step, message_text=question, poll={"options": options, "anonymous": secret, "multiple": secret})
    stage.asked[step.conversation] = stage.last[step.conversation]


def _votes(stage: Stage, step: Step) -> None:
    poll = stage.asked[step.conversation]
    chosen = [int(number) for number in step.text.split()]
    vote_set(acting_user=stage.people[step.who], message_id=poll, option_ids=chosen)


def _closes(stage: Stage, step: Step) -> None:
    poll = poll_close(acting_user=stage.people[step.who], message_id=stage.asked[step.conversation])
    stage.diary.closed[poll.pk] = step.at


def _shows(stage: Stage, step: Step) -> None:
    latitude, longitude, name = step.text.split(" ", 2)
    _send(stage, step, location={"latitude": float(latitude), "longitude": float(longitude), "name": name})


def _sends(stage: Stage, step: Step) -> None:
    name, _, caption = step.text.partition(" | ")
    made = FILES[name]()
    file = ContentFile(made.content)
    upload = upload_create(acting_user=stage.people[step.who], file=file, name=made.name, **made.said)
    stage.uploads.append(upload)
    _send(stage, step, message_text=caption or None, attachment_ids=[upload.pk])


def _points(stage: Stage, step: Step) -> None:
    text, name, url = step.text.split(" | ")
    _send(stage, step, message_text=text, reference_list=[{"type": "url", "name": name, "url": url}])


def _reacts(stage: Stage, step: Step) -> None:
    message_id = stage.last[step.conversation]
    reaction_add(acting_user=stage.people[step.who], message_id=message_id, emoji=step.text)


def _send(stage: Stage, step: Step, **content: Any) -> None:
    group_id, person = stage.groups[step.conversation].pk, stage.people[step.who]
    message = message_send(acting_user=person, group_id=group_id, **content).message
    stage.last[step.conversation] = message.pk
    stage.said[step.conversation, step.who] = (message.seq, message.pk)
    stage.diary.sent[group_id, message.seq] = step.at
    stage.diary.read[group_id, person.pk, message.seq] = step.at


def _reads(stage: Stage, step: Step) -> None:
    group = stage.groups[step.conversation]
    group.refresh_from_db(fields=["last_seq"])
    person = stage.people[step.who]
    read_advance(acting_user=person, group_id=group.pk, read_seq=group.last_seq)
    stage.diary.read[group.pk, person.pk, group.last_seq] = step.at


def _receives(stage: Stage, step: Step) -> None:
    group = stage.groups[step.conversation]
    group.refresh_from_db(fields=["last_seq"])
    person = stage.people[step.who]
    read_advance(acting_user=person, group_id=group.pk, delivered_seq=group.last_seq)
    stage.diary.received[group.pk, person.pk, group.last_seq] = step.at


def _deletes(stage: Stage, step: Step) -> None:
    seq, message_id = stage.said[step.conversation, step.who]
    message_delete(acting_user=stage.people[step.who], message_id=message_id)
    stage.diary.deleted[stage.groups[step.conversation].pk, seq] = step.at


def _pins(stage: Stage, step: Step) -> None:
    state_set(acting_user=stage.people[step.who], group_id=stage.groups[step.conversation].pk, pinned=True)


def _marks_unread(stage: Stage, step: Step) -> None:
    """Let the last two messages count as unread again."""
    group = stage.groups[step.conversation]
    group.refresh_from_db(fields=["last_seq"])
    state_set(acting_user=stage.people[step.who], group_id=group.pk, unread_from_seq=group.last_seq - 2)


def _archives(stage: Stage, step: Step) -> None:
    state_set(acting_user=stage.people[step.who], group_id=stage.groups[step.conversation].pk, archived=True)


def _mutes(stage: Stage, step: Step) -> None:
    until = step.at + timedelta(days=365)
    state_set(acting_user=stage.people[step.who], group_id=stage.groups[step.conversation].pk, muted_until=until)


_ACTS: dict[str, Callable[[Stage, Step], None]] = {
    "starts": _starts,
    "calls": calls,
    "invites": invites,
    "takes": takes,
    "notes": notes,
    "tags": tags,
    "resolves": resolves,
    "rates": rates,
    "says": _says,
    "answers": _answers,
    "edits": _edits,
    "sticks": _sticks,
    "fades": _fades,
    "slows": _slows,
    "reports": _reports,
    "schedules": _schedules,
    "forwards": _forwards,
    "drafts": _drafts,
    "asks": _asks,
    "asks-secretly": _asks,
    "votes": _votes,
    "closes": _closes,
    "shows": _shows,
    "sends": _sends,
    "points": _points,
    "reacts": _reacts,
    "receives": _receives,
    "reads": _reads,
    "marks-unread": _marks_unread,
    "deletes": _deletes,
    "pins": _pins,
    "archives": _archives,
    "mutes": _mutes,
}
