"""A sheet of paper as PDF/UA; where Pango is missing, a page to print takes its place.

`layouts/print.html` draws both: the page, and with `as_pdf` the document for `pdf_of`.
"""

import base64
from bisect import bisect_left
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from klankbord.templating import asset_file

PAGE = """
@page { size: A4; margin: 25mm 22mm }
body { font-family: Andika, Andika Extended, Vazirmatn, sans-serif; color: #1a1a1a }
.kb-no-print { display: none }
"""
# A second file of one family would not be looked into: it has a name of its own.
FONTS = (
    ("Andika", "400", "andika-400.woff2"),
    ("Andika Extended", "400", "andika-400-ext.woff2"),
    ("Andika", "700", "andika-700.woff2"),
    ("Andika Extended", "700", "andika-700-ext.woff2"),
    ("Vazirmatn", "400", "vazirmatn.woff2"),
)
VARIANT = "pdf/ua-1"


def can_print() -> bool:
    """Say whether this machine can make a PDF."""
    try:
        import weasyprint  # noqa: F401, PLC0415 - needs Pango, which may be missing
    except OSError:
        return False
    return True


def pdf_of(html: str, *, styles: Sequence[str]) -> bytes:
    """Return an accessible PDF in the first style that fits on one page, else the last.

    A style is CSS, on top of the page and the fonts that all sheets share, and takes
    less room than the one before it. Nothing is fetched: pictures stand in the document
    itself, fonts in our own package.
    """
    import weasyprint  # noqa: PLC0415 - needs Pango, which may be missing
    from weasyprint.text.fonts import FontConfiguration  # noqa: PLC0415
    from weasyprint.urls import URLFetcher  # noqa: PLC0415

    fonts = FontConfiguration()
    inside = URLFetcher(allowed_protocols=["data"])
    shared = weasyprint.CSS(
        string=_font_faces() + PAGE, font_config=fonts, url_fetcher=inside
    )
    source = weasyprint.HTML(string=html, url_fetcher=inside)

    @cache
    def drawn(place: int) -> Any:  # noqa: ANN401 - WeasyPrint has no types
        own = weasyprint.CSS(
            string=styles[place], font_config=fonts, url_fetcher=inside
        )
        return source.render(
            stylesheets=[shared, own], font_config=fonts, pdf_variant=VARIANT
        )

    def fits(place: int) -> bool:
        return len(drawn(place).pages) == 1

    last = len(styles) - 1
    place = 0
    if not fits(0):  # most sheets do; drawing is slow, so look in halves for the others
        place = bisect_left(range(last), x=True, lo=min(1, last), key=fits)
    written: bytes = drawn(place).write_pdf(pdf_variant=VARIANT)
    return written


@cache
def _font_faces() -> str:
    folder = files("klankbord").joinpath("static")
    faces = []
    for family, weight, name in FONTS:
        raw = folder.joinpath(asset_file(name)).read_bytes()
        encoded = base64.b64encode(raw).decode()
        faces.append(
            f"@font-face {{ font-family: {family}; font-weight: {weight};"
            f" src: url(data:font/woff2;base64,{encoded}) }}"
        )
    return "\n".join(faces)
