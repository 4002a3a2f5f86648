"""Older Astegni databases: S0, S2 and mixtures."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from hypothesis import strategies as st

from tests.legacy.astegni.builder import OldAstegni, Who
from tests.legacy.astegni.schema import State
from tests.legacy.laws.worlds import (
    CHANGED,
    GONE,
    UNREADABLE,
    Plan,
    Seen,
    World,
    at,
    readable,
    repaired,
    seldom,
    small,
    ticks,
    times,
)

KINDS = ("student", "tutor", "parent", "advertiser")
EMOJI = ("heart", "❤️", "thumbsup", "wow", "🎉")
CALLS = ("initiated", "ringing", "answered", "missed", "declined", "ended", "failed", "cancelled", "no_answer")
AUDIENCES = ("everyone", "connections", "none", None, "friends of friends")
STATES = (
    State.S0,
    State.S1,
    State.S2,
    {"conversations": State.S0, "conversation_participants": State.S0, "pinned_messages": State.S0},
    {"chat_messages": State.S0, "message_reactions": State.S0, "call_logs": State.S0},
)
NOBODY, NO_ROW, NO_USER = 4, 5, 6
"""Whose a profile can be instead of a person's."""

names = st.fixed_dictionaries(
    {
        "kind": st.integers(0, 3),
        "number": st.integers(1, 2),
        "owner": st.sampled_from([0, 0, 0, 1, 1, 1, 2, 2, 3, NOBODY, NO_ROW, NO_USER]),
        "stored": st.sampled_from([0, 0, 1, 1, 2, 3, None]),
        "bare": seldom,
    }
)
members = st.fixed_dictionaries(
    {
        "who": small,
        "active": st.sampled_from([True, True, True, False]),
        "cleared": st.one_of(st.none(), st.none(), ticks),
        "admin": st.booleans(),
        "read": st.one_of(st.none(), ticks),
        "read_message": st.one_of(st.none(), st.integers(1, 12)),
        "muted": st.booleans(),
        "pinned": st.booleans(),
        "joined": ticks,
    }
)
conversations = st.fixed_dictionaries(
    {
        "type": st.sampled_from(["direct", "direct", "direct", "group", "group", "channel"]),
        "created": st.one_of(ticks, ticks, ticks, st.none()),
        "archived": seldom,
        "by": small,
        "members": st.lists(members, min_size=1, max_size=4, unique_by=lambda member: member["who"]),
    }
)
messages = st.fixed_dictionaries(
    {
        "where": st.integers(0, 4),
        "who": small,
        "at": times,
        "type": st.sampled_from(["text", "text", "text", "image", "system", "location", "session_request"]),
        "deleted": st.sampled_from([0, 0, 0, 0, 0, 1, 2]),
        "hidden": st.lists(small, max_size=2),
        "reply": st.one_of(st.none(), st.integers(1, 12)),
        "forward": st.one_of(st.none(), st.none(), st.integers(1, 12)),
        "edited": seldom,
        "pinned": seldom,
    }
)
on_message = st.fixed_dictionaries(
    {"message": st.integers(1, 12), "who": small, "which": st.integers(0, 4), "at": ticks}
)
in_conversation = st.fixed_dictionaries(
    {"where": st.integers(0, 4), "who": small, "which": st.integers(0, 8), "at": ticks, "message": st.integers(0, 12)}
)
of_two = st.fixed_dictionaries({"who": small, "whom": small, "which": st.integers(0, 4), "at": ticks})
changes = st.fixed_dictionaries(
    {
        "what": st.sampled_from(["say", "edit", "delete", "hide", "clear", "read"]),
        "which": small,
        "who": small,
        "message": messages,
    }
)
plans = st.fixed_dictionaries(
    {
        "state": st.integers(0, len(STATES) - 1),
        "names": st.lists(names, min_size=2, max_size=6, unique_by=lambda name: (name["kind"], name["number"])),
        "conversations": st.lists(conversations, min_size=1, max_size=4),
        "messages": st.lists(messages, max_size=9),
        "reactions": st.lists(on_message, max_size=3),
        "receipts": st.lists(on_message, max_size=2),
        "pins": st.lists(on_message, max_size=2),
        "calls": st.lists(in_conversation, max_size=3),
        "polls": st.lists(in_conversation, max_size=2),
        "settings": st.lists(of_two, max_size=3),
        "blocks": st.lists(of_two, max_size=2),
        "connections": st.lists(of_two, max_size=2),
        "reports": st.lists(of_two, max_size=2),
        "others": st.lists(of_two, max_size=2),
    }
)


class AstegniWorld(World):
    """An older Astegni database."""

    name = "astegni"
    table = "chat_messages"

    def __init__(self, people: Sequence[Any], plan: Plan) -> None:
        self.people, self.plan = people, plan
        self.state = STATES[plan["state"]]
        self.old = OldAstegni(self.state)
        self.owners: dict[tuple[str, int], Any] = {}
        self.who: list[Who] = []
        self.conversations: dict[int, datetime | None] = {}
        self.members: dict[int, dict[str, Any]] = {}
        self.messages: dict[int, dict[str, Any]] = {}

    def build(self) -> None:
        self.old.create()
        for name in self.plan["names"]:
            self._add_name(name)
        for conversation in self.plan["conversations"]:
            self._add_conversation(conversation)
        for message in self.plan["messages"]:
            self.say(message)
        self._add_what_hangs_on_messages()
        self._add_calls_and_polls()
        self._add_what_is_between_people()

    def drop(self) -> None:
        self.old.drop()

    def bytes(self) -> object:
        tables = self.old.tables
        sign = "+" if self.old.connection.vendor == "sqlite" else ""
        found = {}
        for table in tables:
            with self.old.connection.cursor() as cursor:
                described = self.old.connection.introspection.get_table_description(cursor, table)
            columns = ", ".join(f"{sign}{column.name}" for column in described)
            found[table] = self.old.execute(f"SELECT {columns} FROM {table} ORDER BY id")
        return found

    def seen(self) -> Seen:
        found: Seen = defaultdict(set)
        when = self._times()
        for number, row in self.messages.items():
            if row["deleted"] or row["where"] not in self.conversations:
                continue
            rows = [member for member in self.members.values() if member["where"] == row["where"] and member["active"]]
            for member in rows:
                person = self.user_of(member["who"])
                cleared = member["cleared"] is not None and (when[number] is None or when[number] <= member["cleared"])
                if person is not None and not cleared and person not in row["hidden"]:
                    found[person].add(("chat_messages", str(number)))
        return found

    def user_of(self, who: Who) -> Any:
        """Return whom a row names: by the profile, else by the stored user; None if nobody who exists."""
        owner = self.owners.get((who.kind, who.number)) if who.kind is not None and who.number is not None else None
        if owner in self.people:
            return owner
        return who.user_id if who.user_id in self.people else None

    def say(self, plan: Plan) -> None:
        """Add a message."""
        where, who = self._where(plan["where"]), self._who(plan["who"])
        if who.user_id is None:
            who = who._replace(user_id=GONE)
        time = self._time(plan["at"])
        hidden = {self._who(index).user_id for index in plan["hidden"]} - {None}
        values: dict[str, Any] = {"message_type": plan["type"], "is_pinned": plan["pinned"]}
        values |= {"is_deleted": plan["deleted"] == 1, "deleted_for_everyone": plan["deleted"] == 2}
        values |= {"deleted_for_user_ids": sorted(hidden), "reply_to_id": plan["reply"]}
        values |= {"forwarded_from_id": plan["forward"], "is_forwarded": plan["forward"] is not None}
        if plan["edited"]:
            values |= {"is_edited": True, "edited_at": at(6), "original_content": "before"}
        if plan["pinned"]:
            values["pinned_at"] = at(6)
        if plan["type"] == "image":
            values["media_url"] = "https://files.example.org/cat.jpg"
        if plan["type"] == "system":
            values["sender_profile_type"] = "system"
        number = self.old.message(where, who, time, f"Said {plan['who']}", **values)
        row = {"where": where, "at": readable(time), "deleted": bool(plan["deleted"]), "hidden": hidden}
        self.messages[number] = row

    def change(self, plan: Plan) -> None:
        rows, seats, later = list(self.messages), list(self.members), CHANGED
        message = rows[plan["which"] % len(rows)] if rows else None
        seat = seats[plan["who"] % len(seats)]
        match plan["what"]:
            case "say":
                self.say(plan["message"])
            case "edit" if message:
                values = {"content": "Edited", "is_edited": True, "edited_at": later, "original_content": "before"}
                self.old.update("chat_messages", message, **values, updated_at=later)
            case "delete" if message:
                values = {"is_deleted": True, "deleted_for_everyone": True, "deleted_at": later}
                self.old.update("chat_messages", message, **values, updated_at=later)
                self.messages[message]["deleted"] = True
            case "hide" if message:
                hidden = self.messages[message]["hidden"] | {self.people[plan["who"] % len(self.people)]}
                self.old.update("chat_messages", message, deleted_for_user_ids=sorted(hidden), updated_at=later)
                self.messages[message]["hidden"] = hidden
            case "clear":
                self.old.update("conversation_participants", seat, chat_cleared_at=later, updated_at=later)
                self.members[seat]["cleared"] = later
            case "read":
                self.old.update("conversation_participants", seat, last_read_at=later, updated_at=later)

    def _times(self) -> dict[int, datetime | None]:
        found: dict[int, datetime | None] = {}
        for conversation, begun in self.conversations.items():
            rows = [(key, row["at"]) for key, row in self.messages.items() if row["where"] == conversation]
            found |= repaired(rows, begun)
        return found

    def _time(self, tick: Any) -> Any:
        if tick == "unreadable":
            return UNREADABLE if self.old.connection.vendor == "sqlite" else None
        return at(tick)

    def _who(self, index: int) -> Who:
        return self.who[index % len(self.who)]

    def _where(self, index: int) -> int:
        """Return a conversation, or one that is not there."""
        known = list(self.conversations)
        return known[index] if index < len(known) else GONE if index == len(known) else known[0]

    def _add_name(self, plan: Plan) -> None:
        kind, number = KINDS[plan["kind"]], plan["number"]
        owner = {NOBODY: None, NO_ROW: None, NO_USER: GONE}.get(plan["owner"], self.people[plan["owner"] % 4])
        if plan["owner"] != NO_ROW:
            self.old.profile(kind, number, owner)
            self.owners[kind, number] = owner
        stored = GONE if plan["stored"] is None else self.people[plan["stored"]]
        can_be_bare = self.state == State.S2
        self.who.append(Who(stored) if plan["bare"] and can_be_bare else Who(stored, kind, number))

    def _add_conversation(self, plan: Plan) -> None:
        made_by = self._who(plan["by"])
        values = {"is_archived": plan["archived"], "name": "Old friends"}
        number = self.old.conversation(plan["type"], at(plan["created"]), by=made_by, **values)
        self.conversations[number] = at(plan["created"])
        taken: set[Any] = set()
        for member in plan["members"]:
            who = self._who(member["who"])
            if who not in taken:
                taken.add(who)
                self._add_member(number, who, member)

    def _add_member(self, conversation: int, who: Who, plan: Plan) -> None:
        values = {"is_active": plan["active"], "chat_cleared_at": at(plan["cleared"])}
        values |= {"role": "admin" if plan["admin"] else "member", "last_read_at": at(plan["read"])}
        values |= {"last_read_message_id": plan["read_message"]}
        values |= {"is_muted": plan["muted"], "is_pinned": plan["pinned"]}
        values |= {"left_at": None if plan["active"] else at(5)}
        number = self.old.join(conversation, who, at(plan["joined"]), **values)
        row = {"where": conversation, "who": who, "active": plan["active"], "cleared": at(plan["cleared"])}
        self.members[number] = row

    def _add_what_hangs_on_messages(self) -> None:
        reacted = set()
        for plan in self.plan["reactions"]:
            who, emoji = self._who(plan["who"]), EMOJI[plan["which"]]
            if (plan["message"], who, emoji) not in reacted:
                self.old.reaction(plan["message"], who, emoji, at(plan["at"]))
            reacted.add((plan["message"], who, emoji))
        for plan in self.plan["receipts"]:
            self.old.receipt(plan["message"], self._who(plan["who"]), at(plan["at"]))
        for plan in self.plan["pins"]:
            row = self.messages.get(plan["message"])
            if "pinned_messages" in self.old.tables and row is not None:
                self.old.pin(row["where"], plan["message"], self._who(plan["who"]), at(plan["at"]))

    def _add_calls_and_polls(self) -> None:
        for plan in self.plan["calls"]:
            values = {"call_type": "audio" if plan["message"] % 3 == 0 else "video", "ended_at": at(6)}
            where, who = self._where(plan["where"]), self._who(plan["who"])
            self.old.call(where, who, CALLS[plan["which"]], at(plan["at"]), **values)
        for plan in self.plan["polls"]:
            where = self._where(plan["where"])
            shown = plan["message"] if self.messages.get(plan["message"], {}).get("where") == where else None
            poll = self.old.poll(
                where, self._who(plan["who"]), at(plan["at"]), "Where?", "Here", "There", message_id=shown
            )
            for option in self.old.options(poll)[: plan["which"] % 3]:
                self.old.vote(poll, option, self._who(plan["which"]), at(plan["at"]))

    def _add_what_is_between_people(self) -> None:
        taken: set[Any] = set()
        for plan in self.plan["settings"]:
            who = self._who(plan["who"])
            if who not in taken:
                values = {"who_can_message": AUDIENCES[plan["which"]], "read_receipts": plan["whom"] % 2 == 0}
                self.old.settings(who, at(plan["at"]), **values, two_step_verification=plan["which"] == 1)
            taken.add(who)
        for plan in self.plan["blocks"]:
            two = (self._who(plan["who"]), self._who(plan["whom"]))
            if two not in taken:
                self.old.block(*two, at(plan["at"]), reason="Spam")
            taken.add(two)
        for plan in self.plan["connections"]:
            status = ("pending", "accepted", "rejected", "blocked", "accepted")[plan["which"]]
            self.old.connection_row(self._who(plan["who"]), self._who(plan["whom"]), status, at(plan["at"]))
        for plan in self.plan["reports"]:
            self.old.report(self._who(plan["who"]), self._who(plan["whom"]), at(plan["at"]), plan["which"] + 1)
        for plan in self.plan["others"]:
            (self.old.session if plan["which"] else self.old.two_step)(self._who(plan["who"]), at(plan["at"]))
