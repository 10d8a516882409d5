"""An uploaded logo is made anew: what comes out is our own small PNG, and only that."""

import struct
from io import BytesIO

from klankbord.errors import N_, Invalid

LARGEST_BYTES = 1024 * 1024
MOST_PIXELS = 16_000_000
SIDE = 256
# Looked at by their content; the name and the type that the browser tells say nothing.
FORMATS = ("PNG", "JPEG", "WEBP")

NO_FILE = N_("Choose a file first.")
TOO_LARGE = N_("This file is larger than 1 MB. Choose a smaller one.")
TOO_MANY_PIXELS = N_("This image is too large. Make it smaller first.")
NO_IMAGE = N_("This is no image that we can use. Choose a PNG, JPEG or WebP file.")


def make_logo(upload: bytes) -> bytes:
    """Return the logo as PNG of 256 by 256 pixels, without anything else of the upload.

    The size is looked at before anything is read, the number of pixels before any of
    them is unpacked.

    Raises:
        Invalid: it is too large, or no image of a kind that we take.

    """
    # Few processes ever see an upload; the others start sooner without.
    from PIL import Image, ImageFile, ImageOps  # noqa: PLC0415

    if not upload:
        raise Invalid(NO_FILE, logo=NO_FILE)
    if len(upload) > LARGEST_BYTES:
        raise Invalid(TOO_LARGE, logo=TOO_LARGE)
    # WeasyPrint lets half an image pass, for the whole process.
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    try:
        with Image.open(BytesIO(upload), formats=FORMATS) as image:
            if image.width * image.height > MOST_PIXELS:
                raise Invalid(TOO_MANY_PIXELS, logo=TOO_MANY_PIXELS)
            upright = ImageOps.exif_transpose(image).convert("RGBA")
    except Image.DecompressionBombError as error:
        raise Invalid(TOO_MANY_PIXELS, logo=TOO_MANY_PIXELS) from error
    except (OSError, SyntaxError, ValueError, EOFError, struct.error) as error:
        raise Invalid(NO_IMAGE, logo=NO_IMAGE) from error
    # Pixels only, on a new image: remarks, places and colour profiles stay behind.
    logo = Image.new("RGBA", (SIDE, SIDE))
    logo.paste(ImageOps.pad(upright, (SIDE, SIDE), color=(0, 0, 0, 0)))
    written = BytesIO()
    logo.save(written, "PNG", optimize=True)
    return written.getvalue()
