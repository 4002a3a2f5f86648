"""Fold the database of the environment, and be killed at some batch: ``python -m tests.legacy.laws.killed 4``."""

import os
import signal
import sys

import django


def main(at_call: int) -> None:
    """Fold in batches of two rows, and end without a chance to clean up when ``at_call`` batches have told of it."""
    django.setup()
    from django.apps import apps  # noqa: PLC0415 (models come after settings)

    from chat.legacy.models import Models  # noqa: PLC0415
    from chat.legacy.run import fold  # noqa: PLC0415
    from chat.legacy.source import Options  # noqa: PLC0415
    from chat.legacy.sources.hazo2 import Hazo2Source  # noqa: PLC0415

    calls = iter(range(at_call))

    def progress(_phase: str, _done: int, _total: int) -> None:
        if next(calls, None) is None:
            os.kill(os.getpid(), signal.SIGKILL)

    fold(Hazo2Source(Options(batch_size=2)), Models(apps), progress=progress)


if __name__ == "__main__":
    main(int(sys.argv[1]))
