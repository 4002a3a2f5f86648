"""How far a command has come: one line that renews itself on a terminal; elsewhere little, or nothing."""

from django.core.management.base import OutputWrapper

_ERASE_TO_END_OF_LINE = "\x1b[K"
_WIDTH = 30


def progress_show(stream: OutputWrapper, text: str) -> None:
    """Show ``text`` in place of what was shown before."""
    if stream.isatty():
        stream.write(f"\r{text}{_ERASE_TO_END_OF_LINE}", style_func=str, ending="")
        stream.flush()


def progress_end(stream: OutputWrapper) -> None:
    """Take the line away, so that the outcome can be written in its place."""
    progress_show(stream, "")


class ProgressBar:
    """A bar for work that may take hours: renewed on a terminal, elsewhere a line for each phase and each tenth."""

    def __init__(self, stream: OutputWrapper) -> None:
        self._stream = stream
        self._told: tuple[str, int] | None = None

    def __call__(self, phase: str, done: int, total: int) -> None:
        """Show how far a phase has come; a ``total`` of 0: nobody knows how much there is."""
        text = f"{phase}: {done} of {total}" if total else f"{phase}: {done}"
        if self._stream.isatty():
            filled = _WIDTH * min(done, total) // total if total else 0
            bar = f"[{'#' * filled}{'.' * (_WIDTH - filled)}] " if total else ""
            progress_show(self._stream, f"{bar}{text}")
        elif (step := (phase, 10 * done // total if total else 0)) != self._told:
            self._told = step
            self._stream.write(text, style_func=str)

    def end(self) -> None:
        """Take the bar away, so that the outcome can be written in its place."""
        progress_end(self._stream)
