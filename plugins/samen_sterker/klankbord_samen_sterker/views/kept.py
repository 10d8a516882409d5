"""The copy that somebody keeps of the own answers: the same pages for both sides."""

from dataclasses import dataclass
from uuid import UUID

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from klankbord.permissions import Permission
from klankbord.web import context, needs
from klankbord_samen_sterker.permissions import SHARE, WORK
from klankbord_samen_sterker.services import copies
from klankbord_samen_sterker.views.blueprint import blueprint

REVIEW = {"review_id": "samen_sterker_review"}
COPY = {"copy_id": "samen_sterker_kept_copy"}


@dataclass(frozen=True)
class Side:
    """Where one side has its pages; `prefix` begins the names of its endpoints."""

    path: str
    prefix: str
    permission: Permission
    layout: str
    home: str


SIDES = (
    Side("/samenwerken", "", SHARE, "layouts/portal.html", "samen_sterker.mine"),
    Side(
        "/samen-sterker",
        "worker_",
        WORK,
        "layouts/staff.html",
        "samen_sterker.overview",
    ),
)


def _open_pages(side: Side) -> None:
    """Give one side its three pages."""

    @blueprint.post(
        f"{side.path}/<uuid:review_id>/bewaren", endpoint=f"{side.prefix}keep"
    )
    @needs(side.permission, example=REVIEW)
    def keep(review_id: UUID) -> ResponseReturnValue:
        """Keep a copy of the own answers."""
        copy_id = copies.keep_copy(context(), review_id, g.language)
        kept_url = url_for(f"samen_sterker.{side.prefix}kept", copy_id=copy_id)
        return redirect(kept_url, 303)

    copy_path = f"{side.path}/bewaard/<uuid:copy_id>"

    @blueprint.get(copy_path, endpoint=f"{side.prefix}kept")
    @needs(side.permission, example=COPY)
    def kept(copy_id: UUID) -> ResponseReturnValue:
        """Show a copy to its author."""
        return render_template(
            "samen_sterker/kept.html",
            kept=copies.read_copy(context(), copy_id),
            layout=side.layout,
            home=url_for(side.home),
        )

    @blueprint.post(copy_path, endpoint=f"{side.prefix}throw_away")
    @needs(side.permission, example=COPY)
    def throw_away(copy_id: UUID) -> ResponseReturnValue:
        """Throw a copy away."""
        copies.delete_copy(context(), copy_id)
        flash(gettext("Thrown away."), "done")
        return redirect(url_for(side.home), 303)


for _side in SIDES:
    _open_pages(_side)
