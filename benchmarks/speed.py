"""Speed against a usual chat and against the floor: ratios within one run, all sides in turn in every round."""

import json
import os
import statistics
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from uuid import UUID

from django.contrib.auth.models import User
from django.db import transaction
from rest_framework_simplejwt.tokens import AccessToken

from benchmarks import floor
from benchmarks.database import run_sql, settle
from benchmarks.filling import Mix, create_group, create_people, enrich, leave_unread
from benchmarks.load import Load, request, run_load
from benchmarks.serving import THREADS, WORKERS, served
from chat.models import ChatGroup, ChatMessage

CLIENTS = 16
SECONDS = 1.2
GROUPS = 8
MEMBERS = 10
LISTED = 100


Senders = Sequence[tuple[User, Sequence[UUID]]]


@dataclass(frozen=True)
class Gate:
    """What the median over the rounds of one side's figure divided by another's must be."""

    work: str
    side: str
    against: str
    at_least: float = 0
    at_most: float = float("inf")
    aim: float = 0


GATES = (
    Gate("send per second", "chat", "usual", at_least=1.8, aim=2.5),
    Gate("latest 50 per second", "chat", "usual", at_least=2.2, aim=3),
    Gate("latest 50 per second", "rich", "chat", at_least=0.5),
    Gate("list of 100 groups, p50 ms", "chat", "floor", at_most=12, aim=8),
)


@dataclass(frozen=True)
class People:
    """Those who send and read, each with the groups in which they are, and one who lists LISTED groups.

    ``rich`` are the same people with groups whose messages have quotes, mentions, reactions and pictures.
    """

    senders: Senders
    rich: Senders
    lister: User

    @property
    def clients(self) -> list[floor.Client]:
        """The same for the floor."""
        return [(user.pk, groups) for user, groups in self.senders]


@dataclass
class Figures:
    """Every figure of every round, by work and side."""

    rounds: dict[tuple[str, str], list[float]] = field(default_factory=dict)
    client_share: list[float] = field(default_factory=list)

    def add(self, work: str, side: str, figure: float) -> None:
        """Note one round's figure."""
        self.rounds.setdefault((work, side), []).append(figure)

    def ratios(self, gate: Gate) -> list[float]:
        """Return the gate's ratio in each round."""
        sides = (self.rounds[gate.work, side] for side in (gate.side, gate.against))
        return [figure / other for figure, other in zip(*sides, strict=True)]


def run(rounds: int) -> bool:
    """Print the figures of ``rounds`` rounds; return whether all gates hold."""
    people = _fill()
    figures = Figures()
    with served("benchmarks.hosts.usual_host") as usual, served("benchmarks.hosts.chat_host") as chat:
        sides = _sides(people, usual=usual, chat=chat, bottom=floor.Floor(), figures=figures)
        for measure in sides.values():  # warm up: processes, connections, caches, prepared statements
            measure(0.5)
        figures.client_share.clear()
        for _ in range(rounds):
            for (work, side), measure in sides.items():
                figures.add(work, side, measure(SECONDS))
    run_sql("DROP TABLE usual_message, usual_membership, usual_room")  # Django, which empties the rest, knows no usual
    return _report(figures, rounds)


def _sides(
    people: People, *, usual: int, chat: int, bottom: floor.Floor, figures: Figures
) -> dict[tuple[str, str], Callable[[float], float]]:
    """Return how each side of each work is measured for a number of seconds."""

    def rate(port: int, method: str, path: str, senders: Senders = people.senders) -> Callable[[float], float]:
        return lambda seconds: _noted(figures, run_load(port, _requests(senders, method, path), seconds)).rate

    send, latest, _, listing = (gate.work for gate in GATES)
    list_path = f"/api/chat/groups/?limit={LISTED}"
    list_request = request("GET", list_path, _token(people.lister))
    return {
        (send, "usual"): rate(usual, "POST", "/api/rooms/{}/messages/"),
        (send, "chat"): rate(chat, "POST", "/api/chat/groups/{}/messages/"),
        (send, "floor"): partial(bottom.rate, floor.SEND, people.clients),
        (latest, "usual"): rate(usual, "GET", "/api/rooms/{}/messages/"),
        (latest, "chat"): rate(chat, "GET", "/api/chat/groups/{}/messages/?limit=50"),
        (latest, "rich"): rate(chat, "GET", "/api/chat/groups/{}/messages/?limit=50", people.rich),
        (latest, "floor"): partial(bottom.rate, floor.LATEST, people.clients),
        (listing, "chat"): lambda seconds: _p50(_noted(figures, run_load(chat, [[list_request]], seconds))),
        (listing, "floor"): lambda seconds: _p50(
            bottom.latencies(floor.GROUPS, (people.lister.pk, people.clients[0][1]), seconds)
        ),
    }


def _noted(figures: Figures, load: Load) -> Load:
    figures.client_share.append(load.client_seconds / load.seconds)
    return load


def _p50(load: Load) -> float:
    return statistics.median(load.latencies) * 1000


def _requests(senders: Senders, method: str, path: str) -> list[list[bytes]]:
    body = json.dumps({"message_text": floor.TEXT}).encode() if method == "POST" else b""
    return [[request(method, path.format(group), _token(user), body) for group in groups] for user, groups in senders]


def _token(user: User) -> str:
    return str(AccessToken.for_user(user))


def _report(figures: Figures, rounds: int) -> bool:
    print(f"\nSpeed: {rounds} rounds; granian, {WORKERS} workers of {THREADS} threads; {CLIENTS} clients")
    print(f"{'':<34} {'min':>9} {'median':>9} {'max':>9}")
    for (work, side), values in figures.rounds.items():
        print(f"{work + ', ' + side:<34} {_spread(values, 1)}")
    share = max(figures.client_share)
    print(f"{'client, share of one core':<34} {_spread(figures.client_share, 2)}\n")
    passed = [_report_gate(gate, figures.ratios(gate)) for gate in GATES]
    return all(passed) and share < CLIENT_AT_MOST


CLIENT_AT_MOST = 0.5
"""A client that takes more of a core than this measures itself."""


def _report_gate(gate: Gate, ratios: list[float]) -> bool:
    passed = gate.at_least <= statistics.median(ratios) <= gate.at_most
    wanted = f"at least {gate.at_least}" if gate.at_least else f"at most {gate.at_most}"
    print(
        f"{gate.work + ', ' + gate.side + ' / ' + gate.against:<44} {_spread(ratios, 2)}"
        f"  {wanted} (aim {gate.aim})  {'ok' if passed else 'FAILS'}"
    )
    return passed


def _spread(values: Sequence[float], digits: int) -> str:
    return " ".join(f"{value:9.{digits}f}" for value in (min(values), statistics.median(values), max(values)))


def _fill() -> People:
    users = create_people(CLIENTS)
    lister, *others = create_people(1 + MEMBERS)
    with transaction.atomic():
        groups, rich = _busy_groups(users), _busy_groups(users)
        for group in rich:
            enrich(group, 100)
        for number in range(LISTED):
            group = create_group(f"Listed {number}", [lister, *others[:9]], messages=200, mix=Mix(every=50))
            leave_unread(group, lister, number % 60)
    _copy_to_usual()
    settle(ChatMessage._meta.db_table)
    return People(_senders(users, groups), _senders(users, rich), lister)


def _busy_groups(users: Sequence[User]) -> dict[ChatGroup, list[User]]:
    members = [[users[(number * 2 + n) % CLIENTS] for n in range(MEMBERS)] for number in range(GROUPS)]
    return {create_group(f"Group {n}", people, messages=1_000): people for n, people in enumerate(members)}


def _senders(users: Sequence[User], groups: dict[ChatGroup, list[User]]) -> Senders:
    return [(user, [group.pk for group, members in groups.items() if user in members]) for user in users]


def _copy_to_usual() -> None:
    """Give the usual chat the same rows."""
    subprocess.run(
        [sys.executable, "-m", "django", "migrate", "--run-syncdb", "--verbosity", "0"],
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "benchmarks.hosts.usual_host"},
        check=True,
    )
    run_sql("INSERT INTO usual_room SELECT id, name, last_message_at FROM chat_chatgroup")
    run_sql("INSERT INTO usual_membership (room_id, user_id) SELECT group_id, user_id FROM chat_chatgroupuser")
    columns = "id, message_text, reference_id, reference_type, deleted_at, created_at, changed_at, sender_id"
    run_sql(
        f"INSERT INTO usual_message (room_id, {columns}) SELECT group_id, {columns} FROM chat_chatmessage"
        " WHERE sender_id IS NOT NULL"
    )
