"""The letter as PDF/UA; where Pango is missing, it is offered as a page to print."""

import base64
from functools import cache
from importlib.resources import files

from klankbord.templating import asset_file

STYLE = """
@page { size: A4; margin: 25mm 22mm }
body { font: 13pt/1.55 Andika, Vazirmatn, sans-serif; color: #1a1a1a }
h1 { font-size: 20pt; line-height: 1.25; margin: 12mm 0 6mm }
.address { min-height: 28mm }
.code { font: bold 20pt/1.4 Andika, sans-serif; letter-spacing: 1.5pt }
.picture { width: 42mm; height: 42mm }
.kb-no-print { display: none }
ol { list-style: none; padding: 0 }
li { margin-block-end: 3mm }
"""
FONTS = (
    ("Andika", "400", "andika-400.woff2"),
    ("Andika", "700", "andika-700.woff2"),
    ("Vazirmatn", "100 900", "vazirmatn.woff2"),
)


def can_write() -> bool:
    """Say whether this machine can make a PDF."""
    try:
        import weasyprint  # noqa: F401, PLC0415 - needs Pango, which may be missing
    except OSError:
        return False
    return True


def pdf_of(html: str) -> bytes:
    """Return the letter as an accessible PDF.

    Nothing is fetched: pictures stand in the page itself, fonts in our own package.
    """
    import weasyprint  # noqa: PLC0415 - needs Pango, which may be missing
    from weasyprint.text.fonts import FontConfiguration  # noqa: PLC0415
    from weasyprint.urls import URLFetcher  # noqa: PLC0415

    fonts = FontConfiguration()
    inside = URLFetcher(allowed_protocols=["data"])
    style = weasyprint.CSS(
        string=_font_faces() + STYLE, font_config=fonts, url_fetcher=inside
    )
    page = weasyprint.HTML(string=html, url_fetcher=inside)
    written: bytes = page.write_pdf(
        stylesheets=[style], font_config=fonts, pdf_variant="pdf/ua-1"
    )
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
