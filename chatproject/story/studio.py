"""Files for the demo, made here: a picture, a plan, and a voice message that hums."""

import math
import wave
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

from PIL import Image, ImageDraw, ImageFont

RATE = 8000
# Notes of the hummed tune: frequency in hertz (0: a breath) and length in seconds.
TUNE = ((392, 0.4), (440, 0.4), (494, 0.6), (0, 0.2), (494, 0.3), (440, 0.3), (392, 0.4), (330, 0.9))
BARS = 48
STALLS = ("Bakery", "Honey", "Books", "Plants", "Toys", "Soap", "Coffee", "Crepes")


@dataclass(frozen=True)
class MadeFile:
    """A file to upload, with what its sender says of it."""

    name: str
    content: bytes
    said: Mapping[str, Any] = field(default_factory=dict)


def photo() -> MadeFile:
    """Return an evening with lanterns above the hills."""
    width, height = 1200, 800
    picture = Image.new("RGB", (width, height))
    draw = ImageDraw.Draw(picture)
    for y in range(height):
        dusk = y / height
        draw.line((0, y, width, y), fill=(int(24 + 200 * dusk), int(28 + 96 * dusk), int(82 + 10 * dusk)))
    for low, color in ((0.62, (46, 40, 72)), (0.76, (26, 24, 44))):
        edge = [(x, height * low + 50 * math.sin(x / 190 + 9 * low)) for x in range(0, width + 20, 20)]
        draw.polygon([*edge, (width, height), (0, height)], fill=color)
    for number in range(11):
        x, high = 60 + number * 108, 170 + 90 * math.sin(math.pi * number / 10)
        draw.ellipse((x - 30, high - 38, x + 30, high + 38), fill=(255, 196 - 8 * (number % 4), 84 + 30 * (number % 3)))
    out = BytesIO()
    picture.save(out, "JPEG", quality=85)
    return MadeFile("lanterns.jpg", out.getvalue())


def plan() -> MadeFile:
    """Return the plan of the stalls as a PDF of one page."""
    page = Image.new("RGB", (1240, 877), "white")
    draw = ImageDraw.Draw(page)
    draw.text((80, 60), "Spring market: plan of the stalls", fill="black", font=ImageFont.load_default(42))
    for number, name in enumerate(STALLS):
        left, top = 80 + number % 4 * 275, 200 + number // 4 * 320
        draw.rectangle((left, top, left + 245, top + 200), outline="black", width=4)
        draw.text((left + 20, top + 20), f"{number + 1}  {name}", fill="black", font=ImageFont.load_default(32))
    out = BytesIO()
    page.save(out, "PDF", resolution=150)
    return MadeFile("plan-of-the-stalls.pdf", out.getvalue())


def voice() -> MadeFile:
    """Return a hummed tune with its length and waveform, as a recorder would say them."""
    samples = list(_hummed())
    out = BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(b"".join(round(sample * 32767).to_bytes(2, "little", signed=True) for sample in samples))
    step = math.ceil(len(samples) / BARS)
    loud = [round(100 * max(map(abs, samples[at : at + step]))) for at in range(0, len(samples), step)]
    return MadeFile("voice-message.wav", out.getvalue(), {"duration_ms": len(samples) * 1000 // RATE, "waveform": loud})


def _hummed() -> Iterator[float]:
    """Yield the tune, from -1 to 1; each note swells and fades."""
    for frequency, seconds in TUNE:
        count = int(seconds * RATE)
        for at in range(count):
            swell = math.sin(math.pi * at / count) if frequency else 0
            yield 0.7 * swell * math.sin(2 * math.pi * frequency * at / RATE)


FILES: dict[str, Callable[[], MadeFile]] = {"photo": photo, "plan": plan, "voice": voice}
