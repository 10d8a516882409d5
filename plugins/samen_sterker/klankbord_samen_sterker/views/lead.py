"""The team lead's pages: that it did not happen twice, and the team's figures."""

from uuid import UUID

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_decimal, gettext
from marshmallow import ValidationError

from klankbord.errors import N_, Invalid
from klankbord.lists import csv_file
from klankbord.web import context, needs
from klankbord_samen_sterker.permissions import LEAD
from klankbord_samen_sterker.schemas import ReportPeriod
from klankbord_samen_sterker.services.lists import read_missed
from klankbord_samen_sterker.services.report import (
    TeamReport,
    ThemeFigure,
    read_team_report,
)
from klankbord_samen_sterker.views.blueprint import blueprint
from klankbord_samen_sterker.views.words import THEMES

HIDDEN = "·"
NO_SUCH_PERIOD = N_("Choose the last 6 or the last 12 months.")


@blueprint.get("/samen-sterker/gemist/<uuid:review_id>")
@needs(LEAD, example={"review_id": "samen_sterker_review"})
def missed(review_id: UUID) -> ResponseReturnValue:
    """Tell the fact of two misses, and nothing else."""
    return render_template(
        "samen_sterker/missed.html", missed=read_missed(context(), review_id)
    )


@blueprint.get("/samen-sterker/team")
@needs(LEAD)
def team() -> ResponseReturnValue:
    """Show the team's figures over one of the fixed periods."""
    months = _months()
    report = read_team_report(context(), months)
    return render_template(
        "samen_sterker/team.html",
        report=report,
        counts=_counts(report),
        means=[
            (gettext(THEMES[figure.theme]), figure.mean, _mean(figure))
            for figure in report.themes
        ],
        hidden=HIDDEN,
        periods=[
            (
                gettext("Last %(months)s months", months=number),
                url_for("samen_sterker.team", months=number),
                number == months,
            )
            for number in (6, 12)
        ],
        csv_url=url_for("samen_sterker.team_csv", months=months),
    )


@blueprint.get("/samen-sterker/team.csv")
@needs(LEAD)
def team_csv() -> ResponseReturnValue:
    """Hand over the same figures as a table."""
    report = read_team_report(context(), _months())
    head = [gettext("Figure"), gettext("Value"), gettext("From"), gettext("Until")]
    period = (report.begins_on.isoformat(), report.ends_on.isoformat())
    return csv_file(
        "samen-sterker-team", head, ((*row, *period) for row in _rows(report))
    )


def _months() -> int:
    try:
        months: int = ReportPeriod().load(request.args.to_dict())["months"]
    except ValidationError as error:
        raise Invalid(NO_SUCH_PERIOD) from error
    return months


def _rows(report: TeamReport) -> list[tuple[str, str]]:
    """Return every figure in words, "·" for what is hidden."""
    return _counts(report) + [
        (
            gettext("%(theme)s: mean of the clients, from 1 to 5", theme=theme),
            _mean(figure),
        )
        for figure in report.themes
        for theme in [gettext(THEMES[figure.theme])]
    ]


def _counts(report: TeamReport) -> list[tuple[str, str]]:
    return [
        (gettext("Clients who answered"), _shown(report.respondents)),
        (gettext("Reviews that both answered"), _percent(report.response)),
        (
            gettext("Clients with a review in the last 6 months"),
            _percent(report.reviewed),
        ),
        (gettext("Agreements that were kept"), _percent(report.agreements_kept)),
    ]


def _mean(figure: ThemeFigure) -> str:
    return HIDDEN if figure.mean is None else str(format_decimal(figure.mean, "0.0"))


def _shown(number: int | None) -> str:
    return HIDDEN if number is None else str(number)


def _percent(number: int | None) -> str:
    return HIDDEN if number is None else f"{number} %"
