"""What can be printed: the sheet on one A4, and the questions for at the table."""

from typing import Final, TypeAlias
from uuid import UUID

from flask import Response, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from klankbord.plugin import RespondentKind
from klankbord.printing import can_print, pdf_of
from klankbord.questionnaires.definition import Listener
from klankbord.questionnaires.models import Rendering
from klankbord.templating import first_name
from klankbord.web import context, needs
from klankbord_startvragen.permissions import OWN, READ, WORK
from klankbord_startvragen.services import families, own_sheet, shared_sheet
from klankbord_startvragen.services.drawing import SHARE
from klankbord_startvragen.services.lines import Shown
from klankbord_startvragen.views.blueprint import blueprint
from klankbord_startvragen.views.words import TOPICS

PART = {"part_id": "startvragen_part"}
CASE = {"case_id": "case_file"}
STYLE: Final = """
@page {{ margin: 14mm 15mm }}
body {{ font-size: {points}pt; line-height: 1.35 }}
h1 {{ font-size: 1.6em; line-height: 1.2; margin: 0 0 3mm }}
h2 {{ font-size: 1.25em; margin: 5mm 0 1.5mm; break-after: avoid }}
dl, dd {{ margin: 0 }}
dt {{ font-weight: bold }}
.kb-muted {{ font-size: 10pt; margin-top: 5mm }}
"""
# What it is about beside what was said: easy to read from a wall.
ROWS: Final = """
dl { display: table; width: 100% }
dl div { display: table-row }
dt, dd { display: table-cell; border-top: .5pt solid #999; padding: 1.8mm 0;
         vertical-align: top }
dt { width: 34%; padding-inline-end: 4mm }
"""
COLUMNS: Final = """
.kb-sheet {{ columns: {columns}; column-gap: 8mm }}
h1, .kb-muted {{ column-span: all }}
h2 {{ margin-top: 3mm }}
dl div {{ break-inside: avoid; padding-block-end: 1.2mm }}
"""
# The largest type in which everything fits one page is used; each try takes its time.
STYLES: Final = (
    *(STYLE.format(points=points) + ROWS for points in (16, 13)),
    *(
        STYLE.format(points=points) + COLUMNS.format(columns=columns)
        for points, columns in ((12, 2), (10, 2), (9, 3), (8, 3), (7, 3))
    ),
)
Sheet: TypeAlias = list[tuple[str, list[Shown]]]


@blueprint.get("/zo-werkt-het/<uuid:part_id>/afdrukken")
@needs(OWN, example=PART)
def own_paper(part_id: UUID) -> ResponseReturnValue:
    """Show the own part as it is printed."""
    return _paper(
        _own(part_id),
        own=True,
        back_url=url_for("startvragen.part", part_id=part_id),
        pdf_url=url_for("startvragen.own_pdf", part_id=part_id),
    )


@blueprint.get("/zo-werkt-het/<uuid:part_id>/blad.pdf")
@needs(OWN, example=PART)
def own_pdf(part_id: UUID) -> ResponseReturnValue:
    """Hand over the own part on one A4."""
    if not can_print():
        return redirect(url_for("startvragen.own_paper", part_id=part_id), 303)
    return _pdf(_paper(_own(part_id), own=True))


@blueprint.get("/startvragen/<uuid:case_id>/afdrukken")
@needs(READ, example=CASE)
def family_paper(case_id: UUID) -> ResponseReturnValue:
    """Show what the family shared as it is printed."""
    return _paper(
        _shared(case_id),
        own=False,
        back_url=url_for("people.case", case_id=case_id),
        pdf_url=url_for("startvragen.family_pdf", case_id=case_id),
    )


@blueprint.get("/startvragen/<uuid:case_id>/blad.pdf")
@needs(READ, example=CASE)
def family_pdf(case_id: UUID) -> ResponseReturnValue:
    """Hand over what the family shared on one A4."""
    if not can_print():
        return redirect(url_for("startvragen.family_paper", case_id=case_id), 303)
    return _pdf(_paper(_shared(case_id), own=False))


@blueprint.get("/startvragen/<uuid:case_id>/kaart")
@needs(WORK, example=CASE)
def card(case_id: UUID) -> ResponseReturnValue:
    """Show the questions to lay on the table, where there is no connection."""
    definition = families.questions_on_paper(context(), case_id)
    child = request.args.get("voor") == "kind"
    kind = RespondentKind.CHILD if child else RespondentKind.YOUTH
    names = {"worker": first_name(context().actor.name)}
    listener = Listener(kind, "nl", rendering=Rendering.EASY, names=names)
    return render_template(
        "startvragen/card.html",
        case_id=case_id,
        child=child,
        title=definition.title.to(listener),
        questions=[
            (
                item.question.to(listener),
                [option.text.to(listener) for option in definition.options(item)],
            )
            for item in definition.items
            if item.key != SHARE
        ],
    )


def _own(part_id: UUID) -> Sheet:
    page = own_sheet.read_own(context(), part_id, g.language)
    return [(page.member.given_name, [one for one in page.lines if not one.empty])]


def _shared(case_id: UUID) -> Sheet:
    sheet = shared_sheet.read_shared(context(), case_id, g.language)
    return [(part.name, list(part.lines)) for part in sheet.parts]


def _paper(parts: Sheet, *, own: bool, back_url: str = "", pdf_url: str = "") -> str:
    """Return the page; without a way back it is the document for the PDF."""
    return render_template(
        "startvragen/paper.html",
        as_pdf=not back_url,
        own=own,
        parts=parts,
        topics=TOPICS,
        today=context().tenant.today(),
        back_url=back_url,
        pdf_url=pdf_url if can_print() else "",
    )


def _pdf(document: str) -> Response:
    pdf = Response(pdf_of(document, styles=STYLES), mimetype="application/pdf")
    pdf.headers["Content-Disposition"] = 'attachment; filename="blad.pdf"'
    return pdf
