"""Say of a picture's bytes what it is and how large, so that a browser is told what we found. Decodes nothing."""

import struct
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that a browser may show."""

    media_type: str
    width: int  #: pixels
    height: int  #: pixels


def picture_of(data: bytes) -> Picture | None:
    """What a picture is by its first bytes: PNG, GIF, JPEG or WebP; nothing for all else, SVG among it."""
    for read in (_png, _gif, _jpeg, _webp):
        try:
            found = read(data)
        except (struct.error, IndexError):
            continue
        if found is not None and found.width > 0 and found.height > 0:
            return found
    return None


def _png(data: bytes) -> Picture | None:
    if not data.startswith(b"\x89PNG\r\n\x1a\n") or data[12:16] != b"IHDR":
        return None
    return Picture("image/png", *struct.unpack(">II", data[16:24]))


def _gif(data: bytes) -> Picture | None:
    if data[:6] not in {b"GIF87a", b"GIF89a"}:
        return None
    return Picture("image/gif", *struct.unpack("<HH", data[6:10]))


def _jpeg(data: bytes) -> Picture | None:
    """Walk the segments to the first frame header (ITU T.81, B.1.1.3: SOF0-SOF15 but DHT, JPG and DAC)."""
    if not data.startswith(b"\xff\xd8\xff"):
        return None
    at = 2
    while at + 4 <= len(data):
        if data[at] != 0xFF:  # noqa: PLR2004  # a marker's first byte
            return None
        marker = data[at + 1]
        if marker == 0xFF:  # noqa: PLR2004  # fill byte
            at += 1
            continue
        if 0xC0 <= marker <= 0xCF and marker not in {0xC4, 0xC8, 0xCC}:  # noqa: PLR2004  # SOFn
            height, width = struct.unpack(">HH", data[at + 5 : at + 9])
            return Picture("image/jpeg", width, height)
        at += 2 + struct.unpack(">H", data[at + 2 : at + 4])[0]
    return None


def _webp(data: bytes) -> Picture | None:
    """The three forms of the WebP container (RFC 9649, 2.5-2.7)."""
    if data[:4] != b"RIFF" or data[8:12] != b"WEBP":
        return None
    form = data[12:16]
    if form == b"VP8 ":
        width, height = struct.unpack("<HH", data[26:30])
        return Picture("image/webp", width & 0x3FFF, height & 0x3FFF)
    if form == b"VP8L":
        bits = struct.unpack("<I", data[21:25])[0]
        return Picture("image/webp", (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1)
    if form == b"VP8X":
        width, height = (int.from_bytes(data[at : at + 3], "little") + 1 for at in (24, 27))
        return Picture("image/webp", width, height)
    return None
