"""What stands between people: their settings, blocks, connections and reports, folded after the conversations."""

from chat.legacy.people.folding import fold_people

__all__ = ("fold_people",)
