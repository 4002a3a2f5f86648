"""A secret key for a host that was given none."""

import os
import tempfile
from pathlib import Path

from django.core.management.utils import get_random_secret_key


def read_or_create_key(path: Path) -> str:
    """Return the key kept in ``path``; the first caller makes it, readable by its owner only."""
    if not path.exists():
        _publish(path, get_random_secret_key())
    return path.read_text(encoding="ascii")


def _publish(path: Path, key: str) -> None:
    """Put the key at ``path`` in one step, so that workers starting together agree on one."""
    descriptor, draft = tempfile.mkstemp(dir=path.parent, prefix=path.name)
    try:
        os.write(descriptor, key.encode("ascii"))
        os.link(draft, path)
    except FileExistsError:
        pass  # another worker was first: its key counts
    finally:
        os.close(descriptor)
        Path(draft).unlink()
