"""Images lose everything but the picture, within limits."""

import tracemalloc
from io import BytesIO
from typing import Any

import pytest
from PIL import Image, ImageSequence
from PIL.PngImagePlugin import PngInfo

from chat.exceptions import InvalidInput
from chat.files.images import image_cleaned
from chat.files.types import GIF, JPEG, PNG, WEBP, FileType
from tests.files import samples


def clean(content: bytes, file_type: FileType) -> tuple[bytes, bytes, tuple[int, int]]:
    with image_cleaned(BytesIO(content), file_type) as image:
        image.file.seek(0)
        image.preview.seek(0)
        return image.file.read(), image.preview.read(), (image.width, image.height)


def duration_of(frame: Image.Image) -> int:
    frame.load()
    return round(frame.info["duration"])


def refusal_of(content: bytes, file_type: FileType) -> str:
    with pytest.raises(InvalidInput) as refusal, image_cleaned(BytesIO(content), file_type):
        pass
    assert refusal.value.field == "file"
    return refusal.value.code


def test_photo_loses_place_and_camera_and_stands_upright() -> None:
    served, _preview, size = clean(samples.photo(orientation=6), JPEG)

    assert size == (48, 64)
    assert b"secret" not in served.lower()
    with Image.open(BytesIO(served)) as image:
        assert not image.getexif()
        assert "xmp" not in image.info
        assert "comment" not in image.info
        assert image.size == size


def test_photo_held_upright_is_not_compressed_anew() -> None:
    before = samples.photo(orientation=1)

    served, _preview, _size = clean(before, JPEG)

    with Image.open(BytesIO(before)) as image, Image.open(BytesIO(served)) as after:
        assert image.quantization == after.quantization
        assert not after.getexif()


@pytest.mark.parametrize(("image_format", "file_type"), [("PNG", PNG), ("WEBP", WEBP)])
def test_exif_of_other_formats_goes_too(image_format: str, file_type: FileType) -> None:
    exif = Image.Exif()
    exif[0x010F] = "SecretCameraMaker"

    served, _preview, _size = clean(samples.image(image_format, exif=exif), file_type)

    assert b"Secret" not in served


def test_comments_go() -> None:
    notes = PngInfo()
    notes.add_text("Author", "secret author")

    assert b"secret" not in clean(samples.image("PNG", pnginfo=notes), PNG)[0]
    assert b"secret" not in clean(samples.image("GIF", comment=b"secret"), GIF)[0]


@pytest.mark.parametrize(("image_format", "file_type"), [("GIF", GIF), ("WEBP", WEBP), ("PNG", PNG)])
def test_animation_survives(image_format: str, file_type: FileType) -> None:
    served, preview, _size = clean(samples.animation(image_format, frames=3, duration=120), file_type)

    with Image.open(BytesIO(served)) as image:
        frames = [duration_of(frame) for frame in ImageSequence.Iterator(image)]
        assert image.info.get("loop", 0) == 0
    assert frames == [120, 120, 120]
    with Image.open(BytesIO(preview)) as still:
        assert getattr(still, "n_frames", 1) == 1


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P", "L", "1", "I;16"])
def test_every_kind_of_pixel_gets_a_preview(mode: str) -> None:
    out = BytesIO()
    Image.new(mode, (900, 300)).save(out, "PNG")

    _served, preview, size = clean(out.getvalue(), PNG)

    assert size == (900, 300)
    with Image.open(BytesIO(preview)) as small:
        assert (small.format, small.size) == ("WEBP", (640, 213))


def test_transparency_survives() -> None:
    out = BytesIO()
    Image.new("RGBA", (8, 8), (0, 0, 0, 0)).quantize().save(out, "GIF", transparency=0)

    served, preview, _size = clean(out.getvalue(), GIF)

    for content in (served, preview):
        with Image.open(BytesIO(content)) as image:
            assert image.convert("RGBA").getpixel((4, 4))[3] == 0  # type: ignore[index]


def test_print_colors_are_kept() -> None:
    out = BytesIO()
    Image.new("CMYK", (8, 8)).save(out, "JPEG")

    served, preview, _size = clean(out.getvalue(), JPEG)

    with Image.open(BytesIO(served)) as image, Image.open(BytesIO(preview)) as small:
        assert (image.mode, small.mode) == ("CMYK", "RGB")


def test_what_follows_the_picture_goes() -> None:
    script = b"/*<script>alert(1)</script>*/"
    packed = samples.archive(**{"evil.js": "alert(1)"})

    assert b"script" not in clean(samples.image("GIF") + script, GIF)[0]
    assert b"evil.js" not in clean(samples.image("PNG") + packed, PNG)[0]
    assert b"script" not in clean(samples.image("JPEG", comment=script) + script, JPEG)[0]


@pytest.mark.parametrize(
    ("content", "file_type"),
    [
        (b"GIF89a/*" + b"A" * 60 + b"*/=1;alert(1)", GIF),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 100, PNG),
        (b"\xff\xd8\xff\xe0" + b"<script>" * 20, JPEG),
        (samples.image("PNG")[:-30], PNG),
        (samples.image("JPEG", (300, 300))[:400], JPEG),
        (samples.image("GIF"), PNG),
        (b"RIFF\x20\0\0\0WEBPVP8 " + b"\0" * 50, WEBP),
    ],
)
def test_broken_image_is_refused(content: bytes, file_type: FileType) -> None:
    assert refusal_of(content, file_type) == "image_unreadable"


@pytest.mark.parametrize("size", [(8000, 8000), (30000, 30000), (65535, 65535), (2**31 - 1, 1)])
def test_image_bomb_is_refused_before_it_is_decoded(size: tuple[int, int]) -> None:
    tracemalloc.start()
    try:
        assert refusal_of(samples.png_claiming(*size), PNG) == "image_too_large"
        _now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 2 * 1024 * 1024


def test_gif_frame_larger_than_its_picture_is_refused() -> None:
    content = bytearray(samples.animation("GIF", frames=2))
    second = content.index(b"\x2c", content.index(b"\x2c") + 1)
    content[second + 5 : second + 9] = b"\x60\xea\x60\xea"  # 60000 by 60000

    assert refusal_of(bytes(content), GIF) in {"image_too_large", "image_unreadable"}


def test_animation_of_many_pixels_is_refused(settings: Any) -> None:
    settings.CHAT = {"IMAGE_MAX_PIXELS": 32 * 24 * 3}

    assert clean(samples.animation(frames=3), GIF)
    assert refusal_of(samples.animation(frames=4), GIF) == "image_too_large"


def test_animation_of_many_frames_is_refused() -> None:
    assert refusal_of(samples.animation("PNG", frames=1001, size=(1, 1)), PNG) == "image_too_large"
