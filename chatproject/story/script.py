"""The written conversations of the demo, as steps in time."""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

_LINE = re.compile(r"(?P<after>\w+) (?P<who>\w+)(?: \[(?P<about>\S+)\])?(?: (?P<act>[\w-]+))?(?:: (?P<text>.+))?")
_UNITS = {"m": "minutes", "h": "hours", "d": "days"}


@dataclass(frozen=True)
class Conversation:
    """One group of the demo. The first of its people starts it; in a support request that is the client."""

    kind: str
    people: tuple[str, ...]
    begins: timedelta  # before now
    name: str | None = None
    description: str = ""
    posting: str = "everyone"
    lines: str = ""

    def steps(self, now: datetime) -> Iterator["Step"]:
        """Yield what happens in it, in order."""
        at = now - self.begins
        yield Step(at, self, self.people[0], "starts")
        for line in self.lines.strip().splitlines():
            found = _LINE.fullmatch(line)
            if found is None:
                raise ValueError(line)
            at += _duration(found["after"])
            yield Step(at, self, found["who"], found["act"] or "says", found["text"] or "", found["about"] or "")


@dataclass(frozen=True, order=True)
class Step:
    """Somebody does something in a conversation; ``about`` is a reference, as type/id."""

    at: datetime
    conversation: Conversation
    who: str
    act: str
    text: str = ""
    about: str = ""


def read_conversations() -> list[Conversation]:
    """Return the written conversations."""
    tables = tomllib.loads(Path(__file__).with_name("conversations.toml").read_text(encoding="utf-8"))
    return [
        Conversation(**table | {"people": tuple(table["people"]), "begins": _duration(table["begins"])})
        for table in tables["conversation"]
    ]


def _duration(text: str) -> timedelta:
    return timedelta(**{_UNITS[text[-1]]: int(text[:-1])})
