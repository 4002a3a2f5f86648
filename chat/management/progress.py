"""How far a command has come: one line that renews itself on a terminal, nothing where nobody watches."""

from django.core.management.base import OutputWrapper

_ERASE_TO_END_OF_LINE = "\x1b[K"


def progress_show(stream: OutputWrapper, text: str) -> None:
    """Show ``text`` in place of what was shown before."""
    if stream.isatty():
        stream.write(f"\r{text}{_ERASE_TO_END_OF_LINE}", style_func=str, ending="")
        stream.flush()


def progress_end(stream: OutputWrapper) -> None:
    """Take the line away, so that the outcome can be written in its place."""
    progress_show(stream, "")
