"""The people of the older database: synthetic, with profiles whose numbers overlap."""

from dataclasses import dataclass, field
from typing import Any

from tests.factories import UserFactory
from tests.legacy.astegni.builder import OldAstegni, Who

NOBODY = 987_654
"""A user id that nobody has."""


@dataclass
class Cast:
    """Everybody. Of most people one profile is used; Ada has three, and numbers of different types overlap."""

    users: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name in ("ada", "ben", "cleo", "dan", "eve", "fay", "hal", "ida", "jon"):
            self.users[name] = UserFactory.create(name=f"old-{name}")

    def key(self, name: str) -> int:
        """Return somebody's user id."""
        return int(self.users[name].pk)

    def settle(self, old: OldAstegni) -> None:
        """Add everybody's profiles."""
        old.profiles(self.key("ada"), student=5, tutor=9, parent=3)
        old.profiles(self.key("ben"), tutor=5, student=8)
        old.profiles(self.key("cleo"), parent=5)
        old.profiles(self.key("dan"), student=7)
        old.profiles(self.key("eve"), tutor=8, parent=8)
        old.profiles(self.key("fay"), advertiser=5)
        old.profile("student", 40, None)  # Hal's profile does not say whose it is
        old.profile("tutor", 41, self.key("ida"))

    @property
    def ada(self) -> Who:
        """Ada, who learns."""
        return Who(self.key("ada"), "student", 5)

    @property
    def ada_teaching(self) -> Who:
        return Who(self.key("ada"), "tutor", 9)

    @property
    def ada_mother(self) -> Who:
        return Who(self.key("ada"), "parent", 3)

    @property
    def ben(self) -> Who:
        return Who(self.key("ben"), "tutor", 5)

    @property
    def ben_learning(self) -> Who:
        return Who(self.key("ben"), "student", 8)

    @property
    def cleo(self) -> Who:
        return Who(self.key("cleo"), "parent", 5)

    @property
    def dan(self) -> Who:
        return Who(self.key("dan"), "student", 7)

    @property
    def eve(self) -> Who:
        return Who(self.key("eve"), "tutor", 8)

    @property
    def eve_mother(self) -> Who:
        return Who(self.key("eve"), "parent", 8)

    @property
    def fay(self) -> Who:
        return Who(self.key("fay"), "advertiser", 5)

    @property
    def hal(self) -> Who:
        """Hal, whose profile says nothing of whose it is; rows do."""
        return Who(self.key("hal"), "student", 40)

    @property
    def ida_as_stored(self) -> Who:
        """Ida, of whom rows say by mistake that she is Jon; her profile knows better."""
        return Who(self.key("jon"), "tutor", 41)

    @property
    def jon(self) -> Who:
        """Jon, who has no profile."""
        return Who(self.key("jon"))

    @property
    def ghost(self) -> Who:
        """Somebody whose profile and user are gone."""
        return Who(NOBODY, "student", 99)

    @property
    def ghost_teaching(self) -> Who:
        """Another such profile."""
        return Who(NOBODY, "tutor", 99)
