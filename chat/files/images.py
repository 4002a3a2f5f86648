"""Images: decoded within limits and written anew, so that nothing but the picture is left; and their previews."""

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, Any

from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps

from chat.conf import chat_settings
from chat.exceptions import InvalidInput
from chat.files.types import GIF, JPEG, PNG, WEBP, FileType

FRAMES_MAX = 1000
"""Most pictures in an animation, however small."""

PREVIEW_TYPE = WEBP

_FORMATS: Mapping[FileType, str] = {PNG: "PNG", JPEG: "JPEG", GIF: "GIF", WEBP: "WEBP"}
_ORIENTATION = 0x0112
# What of a picture's own description is part of how it looks; places, cameras, authors and comments are not.
_KEPT = frozenset(
    {"background", "blend", "default_image", "disposal", "duration", "icc_profile", "loop", "timestamp", "transparency"}
)


@dataclass(frozen=True, slots=True)
class CleanImage:
    """A picture without anything else, its preview, and its size in pixels."""

    file: IO[bytes]
    preview: IO[bytes]
    width: int
    height: int


@contextmanager
def image_cleaned(file: IO[bytes], file_type: FileType) -> Iterator[CleanImage]:
    """Give the picture in ``file`` written anew: turned as its camera held it, animated as it was, its EXIF gone.

    Raises InvalidInput naming ``file`` where it cannot be decoded or has too many pixels. One frame at a time is
    decoded while it is checked; sizes are checked before that.
    """
    with tempfile.TemporaryFile() as clean, tempfile.TemporaryFile() as preview:
        with _decoding():
            size = _write(file, _FORMATS[file_type], clean, preview)
        yield CleanImage(clean, preview, *size)


@contextmanager
def _decoding() -> Iterator[None]:
    try:
        yield
    except InvalidInput:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning, MemoryError) as error:
        raise _too_large() from error
    except Exception as error:  # decoders raise anything over what was made to break them
        raise InvalidInput(_("This image cannot be read."), code="image_unreadable", field="file") from error


def _too_large() -> InvalidInput:
    return InvalidInput(_("This image has too many pixels."), code="image_too_large", field="file")


def _write(file: IO[bytes], image_format: str, clean: IO[bytes], preview: IO[bytes]) -> tuple[int, int]:
    file.seek(0)
    with Image.open(file, formats=(image_format,)) as image:
        durations = _check(image)
        image.seek(0)
        turned = len(durations) == 1 and image.getexif().get(_ORIENTATION, 1) != 1
        options = _options(image, image_format, durations, turned=turned)
        picture = ImageOps.exif_transpose(image) if turned else image
        picture.info = {name: value for name, value in picture.info.items() if name in _KEPT}
        picture.save(clean, image_format, **options)
        size = picture.size
        image.seek(0)
        _write_preview(picture, preview)
    return size


def _check(image: Image.Image) -> list[int]:
    """Return how long each frame is shown, in milliseconds; each was decoded. Raises InvalidInput."""
    pixels = image.width * image.height
    if pixels > chat_settings.IMAGE_MAX_PIXELS:
        raise _too_large()
    frames = 1 if image.format == "MPO" else getattr(image, "n_frames", 1)
    if frames > FRAMES_MAX or pixels * frames > chat_settings.IMAGE_MAX_PIXELS:
        raise _too_large()
    size = image.size
    durations = []
    for frame in range(frames):
        image.seek(frame)
        if image.size != size:  # a frame that is larger than the picture
            raise _too_large()
        image.load()
        durations.append(round(image.info.get("duration", 0)))
    return durations


def _options(image: Image.Image, image_format: str, durations: list[int], *, turned: bool) -> dict[str, Any]:
    options: dict[str, Any] = {"icc_profile": image.info.get("icc_profile")}
    if image_format == "GIF":
        options = {"comment": b""}
    if len(durations) > 1:
        kept = {name: image.info[name] for name in ("loop", "default_image") if name in image.info}
        options |= {"save_all": True, "duration": durations} | kept
    if image_format == "JPEG":
        # As it was compressed before, where the picture is the same; one that is turned has to be compressed anew.
        keeps = image.format == "JPEG" and not turned
        options |= {"quality": "keep", "subsampling": "keep"} if keeps else {"quality": 92}
    if image_format == "WEBP":
        options |= {"quality": 90, "method": 2}
    return options


def _write_preview(picture: Image.Image, preview: IO[bytes]) -> None:
    edge = chat_settings.PREVIEW_SIZE
    small = picture if picture.mode in ("RGB", "RGBA") else picture.convert(_mode_to_show(picture))
    if small is picture and getattr(picture, "is_animated", False):
        small = picture.copy()
    small.thumbnail((edge, edge))
    small.info = {}
    small.save(preview, "WEBP", quality=80, method=2)


def _mode_to_show(picture: Image.Image) -> str:
    has_alpha = picture.mode in ("LA", "PA", "La", "RGBa") or "transparency" in picture.info
    return "RGBA" if has_alpha else "RGB"
