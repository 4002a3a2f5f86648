"""Which kinds of files there are, and what each may weigh."""

from collections.abc import Iterator
from dataclasses import dataclass

from chat.conf import chat_settings
from chat.roles import FileKind


@dataclass(frozen=True, slots=True)
class FileType:
    """One type of file: the first of ``extensions`` is the usual one."""

    mime_type: str
    kind: FileKind
    extensions: tuple[str, ...]
    inline: bool = True
    """Whether a browser may show it in place; what it could run is only ever downloaded."""

    @property
    def is_allowed(self) -> bool:
        """Return whether the host takes files of this type."""
        return any(extension in chat_settings.FILE_TYPES for extension in self.extensions)

    @property
    def max_size(self) -> int:
        """Return how many bytes such a file may have."""
        return _max_sizes()[self.kind]


PDF = FileType("application/pdf", FileKind.FILE, ("pdf",))
PNG = FileType("image/png", FileKind.IMAGE, ("png",))
JPEG = FileType("image/jpeg", FileKind.IMAGE, ("jpg", "jpeg"))
GIF = FileType("image/gif", FileKind.IMAGE, ("gif",))
WEBP = FileType("image/webp", FileKind.IMAGE, ("webp",))
TEXT = FileType("text/plain", FileKind.FILE, ("txt",))
DOC = FileType("application/msword", FileKind.FILE, ("doc",), inline=False)
DOCX = FileType(
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document", FileKind.FILE, ("docx",), inline=False
)
MP3 = FileType("audio/mpeg", FileKind.AUDIO, ("mp3",))
M4A = FileType("audio/mp4", FileKind.AUDIO, ("m4a", "mp4"))
AAC = FileType("audio/aac", FileKind.AUDIO, ("aac",))
OGG = FileType("audio/ogg", FileKind.AUDIO, ("ogg", "opus", "oga"))
WAV = FileType("audio/wav", FileKind.AUDIO, ("wav",))
WEBM_AUDIO = FileType("audio/webm", FileKind.AUDIO, ("weba", "webm"))
MP4 = FileType("video/mp4", FileKind.VIDEO, ("mp4", "m4v"))
WEBM = FileType("video/webm", FileKind.VIDEO, ("webm",))
MOV = FileType("video/quicktime", FileKind.VIDEO, ("mov",))

TYPES = (PDF, PNG, JPEG, GIF, WEBP, TEXT, DOC, DOCX, MP3, M4A, AAC, OGG, WAV, WEBM_AUDIO, MP4, WEBM, MOV)


def type_named(mime_type: str) -> FileType | None:
    """Return the type with this MIME type, or None."""
    return next((kind for kind in TYPES if kind.mime_type == mime_type), None)


def extensions_known() -> Iterator[str]:
    """Yield every extension that the setting FILE_TYPES may name."""
    for kind in TYPES:
        yield from kind.extensions


def largest_size() -> int:
    """Return how many bytes a file of any kind may have."""
    return max(_max_sizes().values())


def _max_sizes() -> dict[str, int]:
    return {
        FileKind.IMAGE: chat_settings.IMAGE_MAX_SIZE,
        FileKind.AUDIO: chat_settings.AUDIO_MAX_SIZE,
        FileKind.VIDEO: chat_settings.VIDEO_MAX_SIZE,
        FileKind.FILE: chat_settings.FILE_MAX_SIZE,
    }
