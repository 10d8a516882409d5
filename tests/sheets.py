"""What a PDF holds, for tests of what is printed."""

import re
import zlib


def unpacked(pdf: bytes) -> bytes:
    """Return a PDF with the contents of its packed streams behind it."""
    packed = [
        part.partition(b"endstream")[0].strip(b"\r\n")
        for part in pdf.split(b"stream\n")[1:]
    ]
    unpacked = [
        zlib.decompressobj().decompress(part)
        for part in packed
        if part.startswith(b"x")
    ]
    return b"".join([pdf, *unpacked])


def pages(pdf: bytes) -> int:
    """Return the number of pages."""
    return len(re.findall(rb"/Type /Page\b", unpacked(pdf)))
