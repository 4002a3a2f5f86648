"""What one old row about a call says, with who its people are."""

from dataclasses import dataclass, field

from chat.adapter import UserId
from chat.legacy.rows import OldCall, OldPerson


@dataclass(slots=True)
class Logged:
    """One old row. Times are in microseconds."""

    old: OldCall
    caller: UserId | None
    at: int = 0
    """When it began, repaired where that cannot be read."""
    flags: list[str] = field(default_factory=list)

    @property
    def old_id(self) -> str:
        """The key of the old row."""
        return self.old.row.old_id

    @property
    def age(self) -> tuple[int, int, str]:
        """What orders rows: when they began, then their old ids, as numbers where they are numbers."""
        return self.at, len(self.old_id), self.old_id

    @property
    def who(self) -> UserId | OldPerson:
        """Who wrote the row, known or not."""
        return self.old.caller if self.caller is None else self.caller
