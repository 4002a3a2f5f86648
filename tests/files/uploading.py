"""Uploads made by the service, and a look at what is in the storage."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile

from chat.models import Attachment
from chat.services.uploads import upload_create
from tests.files import samples


def upload(user: Any, name: str = "note.txt", content: bytes | None = None, **said: Any) -> Attachment:
    content = b"what is in the file" if content is None else content
    return upload_create(acting_user=user, file=ContentFile(content), name=name, **said)


def upload_image(user: Any, name: str = "picture.png") -> Attachment:
    return upload(user, name, samples.image())


def stored() -> set[str]:
    """Return the names of all files in the storage."""
    root = Path(settings.MEDIA_ROOT)
    return {str(path.relative_to(root)) for path in root.rglob("*") if path.is_file()}
