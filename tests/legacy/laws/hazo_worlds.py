"""Older hazo_chat databases of 2.x and from 3.0 on, and any table of pairs."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, ClassVar

from hypothesis import strategies as st

from tests.legacy.hazo.builder import OldHazo, Shape, uid
from tests.legacy.laws.worlds import CHANGED, GONE, UNREADABLE, Plan, Seen, World, at, seldom, small, ticks, times

PAIRS = {"table": "old mail", "id": "number", "sender": "from", "receiver": "to", "text": "body", "time": "sent"}
PAIRS |= {"read": "seen", "deleted": "gone"}
"""For the setting FOLD_PAIRS."""
UNKNOWN = (4, 5)
"""Who of the people that plans name does not exist."""

said = st.fixed_dictionaries(
    {
        "who": small,
        "where": small,
        "at": times,
        "deleted": seldom,
        "read": st.booleans(),
        "is_uuid": st.booleans(),
        "reference": st.booleans(),
    }
)
changes = st.fixed_dictionaries(
    {"what": st.sampled_from(["say", "edit", "delete", "read"]), "which": small, "message": said}
)
two_plans = st.fixed_dictionaries({"messages": st.lists(said, max_size=10)})
group = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(["support", "peer", "peer", "group"]),
        "client": st.one_of(st.none(), small),
        "is_uuid": st.booleans(),
        "created": ticks,
        "members": st.dictionaries(small, st.sampled_from(["client", "staff", "owner", "admin", "member"]), max_size=4),
    }
)
three_plans = st.fixed_dictionaries(
    {
        "shape": st.sampled_from([Shape.THREE, Shape.TEXT, Shape.NATIVE]),
        "groups": st.lists(group, min_size=1, max_size=4),
        "messages": st.lists(said, max_size=9),
    }
)


class HazoTwoWorld(World):
    """hazo_chat 2.x: each row has a sender and a receiver."""

    name: ClassVar[str] = "hazo2"
    shape = Shape.TWO
    table = "hazo_chat"

    def __init__(self, people: Sequence[Any], plan: Plan) -> None:
        self.people, self.plan = people, plan
        self.old = OldHazo(self.shape_of(plan))
        self.messages: dict[str, Plan] = {}

    def shape_of(self, _plan: Plan) -> Shape:
        return Shape.TWO

    def build(self) -> None:
        self.old.create()
        for plan in self.plan["messages"]:
            self.say(plan)

    def drop(self) -> None:
        self.old.drop()

    def bytes(self) -> object:
        return self.old.snapshot()

    def seen(self) -> Seen:
        found: Seen = defaultdict(set)
        for old_id, row in self.messages.items():
            for person in set() if row["deleted"] else self.there(row):
                if person in self.people:
                    found[person].add((self.table, old_id))
        return found

    def there(self, row: Plan) -> set[Any]:
        """Return who is in a message's conversation."""
        return {self.person(row["who"]), self.person(row["where"])}

    def person(self, index: int) -> Any:
        return GONE + index if index in UNKNOWN else self.people[index % len(self.people)]

    def where(self, index: int) -> Any:
        """Return what a message names beside its sender."""
        return self.person(index)

    def say(self, plan: Plan) -> None:
        """Add a message."""
        number = len(self.messages)
        old_id = uid(f"message {number}") if plan["is_uuid"] or self.old.is_native else f"message-{number}"
        values: dict[str, Any] = {"deleted_at": at(6) if plan["deleted"] else None}
        values["read_at"] = at(6) if plan["read"] else None
        values["changed_at"] = at(6)
        if plan["reference"]:
            values["reference_list"] = [{"id": "1", "type": "url", "scope": "", "name": "", "url": "https://a.example"}]
        time = at(2) if plan["at"] in (None, "unreadable") else at(plan["at"])
        if plan["at"] == "unreadable" and not self.old.is_native:
            time = UNREADABLE  # type: ignore[assignment]
        self.old.say(old_id, self.where(plan["where"]), self.person(plan["who"]), f"Said {number}", time, **values)
        self.messages[old_id] = dict(plan)

    def change(self, plan: Plan) -> None:
        known = list(self.messages)
        if plan["what"] == "say":
            self.say(plan["message"])
        elif known:
            old_id, later = known[plan["which"] % len(known)], CHANGED
            values = {"edit": {"message_text": "Edited"}, "delete": {"deleted_at": later}, "read": {"read_at": later}}
            self.old.update("hazo_chat", old_id, **values[plan["what"]], changed_at=later)
            self.messages[old_id]["deleted"] |= plan["what"] == "delete"


class HazoThreeWorld(HazoTwoWorld):
    """hazo_chat from 3.0 on: already in groups."""

    name = "hazo3"

    def shape_of(self, plan: Plan) -> Shape:
        return Shape(plan["shape"])

    def build(self) -> None:
        self.old.create()
        self.groups: dict[str, set[Any]] = {}
        for number, plan in enumerate(self.plan["groups"]):
            old_id = uid(f"group {number}") if plan["is_uuid"] or self.old.is_native else f"group-{number}"
            client = plan["client"] if self.old.shape != Shape.THREE else plan["client"] or 0
            people: dict[str, list[str]] = defaultdict(list)
            for index, role in plan["members"].items():
                name = str(self.person(index))
                if all(name not in named for named in people.values()):
                    people[self._role(role)].append(name)
            self.old.group(
                old_id, plan["kind"], at(plan["created"]), None if client is None else self.person(client), **people
            )
            self.groups[old_id] = {int(name) for named in people.values() for name in named}
        for plan in self.plan["messages"]:
            self.say(plan)

    def there(self, row: Plan) -> set[Any]:
        return self.groups[self.where(row["where"])]

    def where(self, index: int) -> Any:
        return list(self.groups)[index % len(self.groups)]

    def _role(self, role: str) -> str:
        """Return a role that this version knows."""
        return role if self.old.shape != Shape.THREE or role in ("client", "staff") else "staff"


class PairsWorld(HazoTwoWorld):
    """A host's own table, described in settings; people are numbers, and times have no zone."""

    name = "pairs"
    table = "old mail"

    def build(self) -> None:
        self.old.execute(
            'CREATE TABLE "old mail" (number INTEGER PRIMARY KEY, "from" INTEGER, "to" INTEGER, body TEXT,'
            " sent TIMESTAMP, seen BOOLEAN, gone BOOLEAN)"
        )
        for plan in self.plan["messages"]:
            self.say(plan)

    def drop(self) -> None:
        self.old.execute('DROP TABLE "old mail"')

    def bytes(self) -> object:
        return self.old.execute('SELECT * FROM "old mail" ORDER BY number')

    def say(self, plan: Plan) -> None:
        number = len(self.messages) + 1
        time = None if plan["at"] in (None, "unreadable") else at(plan["at"])
        naive = time and time.replace(tzinfo=None).isoformat(" ")
        row = (number, self.person(plan["who"]), self.person(plan["where"]), f"Said {number}", naive)
        self.old.execute(
            'INSERT INTO "old mail" VALUES (%s, %s, %s, %s, %s, %s, %s)', *row, plan["read"], plan["deleted"]
        )
        self.messages[str(number)] = dict(plan)

    def change(self, plan: Plan) -> None:
        known = list(self.messages)
        if plan["what"] == "say":
            self.say(plan["message"])
        elif known:
            old_id = known[plan["which"] % len(known)]
            change = {"edit": "body = 'Edited'", "delete": "gone = true", "read": "seen = true"}[plan["what"]]
            self.old.execute(f'UPDATE "old mail" SET {change} WHERE number = %s', int(old_id))
            self.messages[old_id]["deleted"] |= plan["what"] == "delete"

    def tells_when(self, _changes: Sequence[Plan]) -> bool:
        return False
