"""Safety: what people report, what moderators do about it, and the book of that."""
