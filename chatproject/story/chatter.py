"""A busy group: hundreds of short exchanges, put together from a small stock of them."""

import random
import tomllib
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path

from chatproject.story.script import Conversation, Step

MARKET = Conversation(
    kind="group",
    name="Spring market",
    description="Everybody who helps with the market.",
    people=("fay", "ada", "ben", "chala", "dina", "eli"),
    begins=timedelta(days=6),
)
# For which last part of the conversation somebody was away: that is their backlog.
AWAY = {"ada": 0.03, "ben": 0.003, "chala": 0.25, "dina": 0.8}
NIGHTS = 5
# How often somebody reacts to an exchange, takes a message back, and how often a long pause follows.
REACTION, REGRET, PAUSE = 0.3, 0.01, 0.25


def chatter(now: datetime, count: int) -> Iterator[Step]:
    """Yield ``count`` messages of the busy group and its beginning; the same for the same arguments."""
    dice = random.Random(count)  # noqa: S311 - a story, not a secret
    begins = now - MARKET.begins
    yield Step(begins, MARKET, MARKET.people[0], "starts")
    said = list(islice(_exchanges(dice, count), count))
    for at, (who, text) in zip(_times(dice, begins, now, count), said, strict=True):
        yield Step(at, MARKET, who, "says", text)
        if dice.random() < REGRET:
            yield Step(at + timedelta(milliseconds=1), MARKET, who, "deletes")


def _exchanges(dice: random.Random, count: int) -> Iterator[tuple[str, str]]:
    """Yield who says what, without end."""
    stock = tomllib.loads(Path(__file__).with_name("chatter.toml").read_text(encoding="utf-8"))
    deck: list[str] = []
    said = 0
    while True:
        deck = deck or dice.sample(stock["exchanges"], len(stock["exchanges"]))
        present = [who for who in MARKET.people if who not in AWAY or said < count * (1 - AWAY[who])]
        cast = dict(zip("abc", dice.sample(present, k=min(3, len(present))), strict=False))
        lines = [*deck.pop().strip().splitlines(), *_reaction(dice, stock["reactions"])]
        words = _words(dice, stock["words"], cast)
        for line in lines:
            part, _, text = line.partition(": ")
            yield cast.get(part, cast["b"]), text.format_map(words)
            said += 1


def _reaction(dice: random.Random, reactions: list[str]) -> list[str]:
    return [f"{dice.choice('abc')}: {dice.choice(reactions)}"] if dice.random() < REACTION else []


def _words(dice: random.Random, stock: Mapping[str, list[str]], cast: Mapping[str, str]) -> dict[str, str]:
    """Return a word for each gap; nobody speaks of themselves by name."""
    names = {part: who.title() for part, who in cast.items()}
    others = {kind: [word for word in words if word not in names.values()] for kind, words in stock.items()}
    return names | {kind: dice.choice(words) for kind, words in others.items()}


def _times(dice: random.Random, begins: datetime, ends: datetime, count: int) -> list[datetime]:
    """Return ``count`` increasing times between the two: bursts, pauses, and once a day a long silence."""
    pauses = [2 + dice.expovariate(1 / 30) + (dice.random() < PAUSE) * dice.expovariate(1 / 1200) for _ in range(count)]
    whole = sum(pauses)
    for night in range(1, NIGHTS + 1):
        pauses[night * count // (NIGHTS + 1)] += whole * 0.2
    unit = (ends - begins) / (sum(pauses) + 60)
    times, passed = [], 0.0
    for pause in pauses:
        passed += pause
        times.append(begins + unit * passed)
    return times
