"""hazo3: hazo_chat 3.0 to 3.2, already in groups. In 3.0 every group is a request of a client."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby, islice
from typing import Any

from chat.legacy.references import reference_of
from chat.legacy.rows import Kind, MessageKey, OldConversation, OldMember, OldMessage, OldPerson, Row
from chat.legacy.source import Source, Values
from chat.legacy.sources.keeping import items_in, person_of, uuid_kept
from chat.legacy.words import Flag

GROUPS, MEMBERS, MESSAGES = "hazo_chat_group", "hazo_chat_group_users", "hazo_chat"
GROUPS_AT_ONCE = 500
TWO = 2
IN_GROUP = {"staff": "admin", "client": "member"}
"""Roles of a request, in what is none any more."""
ROLES = ("client", "staff", "owner", "admin", "member")


@dataclass(slots=True)
class _Member:
    """One row of the table of members. ``serves``: the host says that this person is staff."""

    raw: str | None
    old_role: str
    row: Row | None
    joined_at: datetime | None
    changed_at: datetime | None
    is_known: bool
    serves: bool
    role: str = ""
    active: bool = True

    def typed(self) -> OldMember:
        return OldMember(
            person=person_of(self.raw),
            row=self.row,
            role=self.role,
            active=self.active,
            joined_at=self.joined_at,
            left_at=None if self.active else self.joined_at,
            changed_at=self.changed_at,
            flags=() if self.role == self.old_role or not self.old_role else ("role_mapped",),
        )


@dataclass(slots=True)
class _Group:
    """One row of the table of groups, on its way to what it becomes."""

    values: Values
    members: list[_Member]
    client: str | None
    """Whose request it was; None where nobody known is named."""
    kind: Kind = Kind.GROUP
    flags: list[str] = field(default_factory=list)


class Hazo3Source(Source):
    """hazo_chat 3.0, 3.1 and 3.2: enums or text, UUIDs or text, times with a zone or ISO text, JSON or text."""

    name = "hazo3"
    tables = {GROUPS: ("id",), MEMBERS: ("chat_group_id", "user_id"), MESSAGES: ("id",)}
    needed = (GROUPS, MEMBERS, MESSAGES)

    @property
    def found(self) -> bool:
        """Whether the tables are here, and messages belong to groups: those of 2.x do not."""
        return super().found and "chat_group_id" in self.columns(MESSAGES)

    def conversations(self) -> Iterator[OldConversation]:
        """Yield every group with its members, in roles that fit what it becomes."""
        groups = self.read(GROUPS)
        while some := list(islice(groups, GROUPS_AT_ONCE)):
            yield from (self._conversation(group) for group in self._with_members(some))

    def message_keys(self) -> Iterator[MessageKey]:
        """Yield in which group each message is."""
        for values in self.read(MESSAGES, columns=("id", "chat_group_id", "created_at")):
            yield MessageKey(str(values["id"]), str(values["chat_group_id"]), self.time(values["created_at"]))

    def messages(self, old_ids: Sequence[str]) -> Iterator[OldMessage]:
        """Yield what these messages say."""
        return (self._message(values) for values in self.read_in(MESSAGES, "id", old_ids))

    def changed_since(self, time: datetime) -> set[str]:
        """Return the groups with a row that has such a time, or one that cannot be read."""
        changed = {str(values["id"]) for values in self.read(GROUPS) if self._is_since(time, values)}
        for table in (MEMBERS, MESSAGES):
            columns = (*self.tables[table], "chat_group_id", "created_at", "changed_at", "read_at", "deleted_at")
            rows = self.read(table, columns=columns)
            changed.update(str(values["chat_group_id"]) for values in rows if self._is_since(time, values))
        return changed

    def _is_since(self, time: datetime, values: Values) -> bool:
        names = ("created_at", "changed_at", "read_at", "deleted_at")
        times = [self.time(values[name]) for name in names if values.get(name) is not None]
        return any(each is None or each >= time for each in times)

    def _with_members(self, groups: Sequence[Values]) -> Iterator[_Group]:
        rows = sorted(
            self.read_in(MEMBERS, "chat_group_id", [values["id"] for values in groups]),
            key=lambda values: (str(values["chat_group_id"]), str(values["user_id"])),
        )
        raws = {str(values["user_id"]) for values in rows}
        raws |= {str(client) for values in groups if (client := values.get("client_user_id")) is not None}
        known = self.users_named(raws)
        staff = self.staff_among(set(known.values()))
        serves = {raw: key in staff for raw, key in known.items()}
        members = {
            group_id: [self._member(values, serves) for values in some]
            for group_id, some in groupby(rows, key=lambda values: str(values["chat_group_id"]))
        }
        for values in groups:
            client = values.get("client_user_id")
            named = None if client is None or str(client) not in known else str(client)
            yield _Group(values, members.get(str(values["id"]), []), named)

    def _member(self, values: Values, serves: Mapping[str, bool]) -> _Member:
        raw, role = str(values["user_id"]), str(values["role"])
        return _Member(
            raw=raw,
            old_role=role,
            row=self.row(MEMBERS, values),
            joined_at=self.time(values["created_at"]),
            changed_at=self.time(values["changed_at"]),
            is_known=raw in serves,
            serves=serves.get(raw, False),
            role=role if role in ROLES else "member",
        )

    def _conversation(self, group: _Group) -> OldConversation:
        kind = str(group.values.get("group_type") or "support")
        if kind == "support":
            _as_request(group)
        elif kind == "peer":
            _as_direct(group)
        else:
            _as_group(group, *(() if kind == "group" else (Flag.GROUP_TYPE_UNKNOWN,)))
        values = group.values
        is_request = group.kind == Kind.SUPPORT
        return OldConversation(
            key=str(values["id"]),
            kind=group.kind,
            row=self.row(GROUPS, values),
            members=[member.typed() for member in group.members],
            name=(self.text(values["name"]) or "")[:255] or None,
            created_by=None if is_request else _first_owner(group.members),
            client=person_of(group.client) if is_request else None,
            created_at=self.time(values["created_at"]),
            keep_id=uuid_kept(values["id"]),
            flags=group.flags,
        )

    def _message(self, values: Values) -> OldMessage:
        about = (self.text(values["reference_id"]), self.text(values["reference_type"]))
        reference = reference_of(*about, items_in(self, values["reference_list"]))
        return OldMessage(
            row=self.row(MESSAGES, values),
            conversation=str(values["chat_group_id"]),
            sender=person_of(values["sender_user_id"]),
            created_at=self.time(values["created_at"]),
            text=self.text(values["message_text"]),
            reference_id=reference.id,
            reference_type=reference.type,
            reference_list=reference.items,
            deleted=bool(values["deleted_at"]),
            deleted_at=self.time(values["deleted_at"]),
            read_at=self.time(values["read_at"]),
            changed_at=self.time(values["changed_at"]),
            keep_id=uuid_kept(values["id"]),
            legacy=reference.legacy,
            flags=reference.flags,
        )


def _as_request(group: _Group) -> None:
    """Make it a request, where it has a client, and everybody else in it can be staff; else a group."""
    if group.client is None:
        clients = [member for member in group.members if member.is_known and member.old_role == "client"]
        if len(clients) != 1:
            _as_group(group, Flag.SUPPORT_WITHOUT_CLIENT)
            return
        group.client = clients[0].raw
        group.flags.append("client_found")
    others = [member for member in group.members if member.raw != group.client]
    if any(member.is_known and not (member.serves or member.old_role == "staff") for member in others):
        _as_group(group, Flag.SUPPORT_BECAME_GROUP)
        return
    group.kind = Kind.SUPPORT
    for member in group.members:
        member.role = "client" if member.raw == group.client else "staff"
    if len(others) == len(group.members):
        group.members.append(_former_client(group))
        group.flags.append("client_no_member")


def _as_direct(group: _Group) -> None:
    """Make it a conversation of two; of one, the other side is somebody whom nobody knows any more."""
    group.kind = Kind.DIRECT
    if sum(member.is_known for member in group.members) > TWO:  # which becomes a group
        _out_of_support(group.members)
    else:
        for member in group.members:
            member.role = "owner" if member.old_role == "owner" else "member"
    if len(group.members) == 1:
        group.members.append(_Member(None, "", None, None, None, is_known=False, serves=False, role="member"))
        group.flags.append("other_side_gone")


def _as_group(group: _Group, *flags: str) -> None:
    group.kind = Kind.GROUP
    group.flags += flags
    _out_of_support(group.members)


def _out_of_support(members: Iterable[_Member]) -> None:
    for member in members:
        member.role = IN_GROUP.get(member.role, member.role)


def _former_client(group: _Group) -> _Member:
    """Return who asked, and was no member: they gain nothing."""
    return _Member(group.client, "", None, None, None, is_known=True, serves=False, role="client", active=False)


def _first_owner(members: Collection[_Member]) -> OldPerson | None:
    owners = [member for member in members if member.old_role == "owner" and member.is_known]
    return person_of(min(owners, key=_joined).raw) if owners else None


def _joined(member: _Member) -> tuple[bool, Any, str]:
    return member.joined_at is None, member.joined_at, member.raw or ""
