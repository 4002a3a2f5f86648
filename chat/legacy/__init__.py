"""The fold: rows of an older chat become groups keyed by user, every row accounted for."""
