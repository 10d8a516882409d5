"""What comes in: the tenant's settings and the forms."""

from dataclasses import dataclass
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from klankbord.context import TenantFacts
from klankbord.errors import N_


class Settings(Schema):
    """What a tenant decides about its reviews."""

    cycle_months = fields.Integer(
        load_default=3,
        validate=validate.Range(1, 12, error=N_("Choose 1 to 12 months.")),
        metadata={
            "label": N_("A review every … months"),
            "help": N_("Each pair of client and worker gets one. From 1 to 12."),
        },
    )
    window_days = fields.Integer(
        load_default=14,
        validate=validate.Range(7, 42, error=N_("Choose 7 to 42 days.")),
        metadata={
            "label": N_("Days to answer"),
            "help": N_("After these days a review that is not complete expires."),
        },
    )
    reminder_days = fields.List(
        fields.Integer(
            validate=validate.Range(1, 30, error=N_("Choose 1 to 30 days."))
        ),
        load_default=lambda: [7, 2],
        validate=validate.Length(max=3, error=N_("At most three reminders.")),
        metadata={
            "label": N_("Reminders, days before the last day"),
            "help": N_("At most three, each within the days to answer."),
        },
    )
    forget_after_days = fields.Integer(
        load_default=14,
        validate=validate.Range(1, 60, error=N_("Choose 1 to 60 days.")),
        metadata={
            "label": N_("Days until one side's answers are deleted"),
            "help": N_("Counted from the day a review expired."),
        },
    )

    @validates_schema
    def _remind_in_time(self, data: dict[str, Any], **_: object) -> None:
        if any(days >= data["window_days"] for days in data["reminder_days"]):
            raise ValidationError(
                N_("A reminder must fall within the days to answer."), "reminder_days"
            )


@dataclass(frozen=True)
class Rules:
    """The settings as the services use them."""

    cycle_months: int
    window_days: int
    reminder_days: tuple[int, ...]
    forget_after_days: int


def rules_of(tenant: TenantFacts) -> Rules:
    """Return the tenant's settings, with the defaults where it decided nothing."""
    found = Settings().load(dict(tenant.plugins.get("samen_sterker", {})))
    return Rules(
        cycle_months=found["cycle_months"],
        window_days=found["window_days"],
        reminder_days=tuple(sorted(set(found["reminder_days"]), reverse=True)),
        forget_after_days=found["forget_after_days"],
    )


class Pair(Schema):
    """With whom a worker begins: one client in one case."""

    pair = fields.String(
        required=True,
        validate=validate.Length(max=80),
        error_messages={"required": N_("Choose with whom.")},
    )
    opens_on = fields.Date(
        load_default=None,
        error_messages={
            "invalid": N_("This is not a day. Choose one in the calendar.")
        },
    )


class Talk(Schema):
    """That the talk took place."""

    met_on = fields.Date(
        required=True,
        error_messages={
            "required": N_("Fill in the day of the talk."),
            "invalid": N_("This is not a day. Choose one in the calendar."),
        },
    )


class Agreement(Schema):
    """What is agreed, who does it and by when."""

    text = fields.String(
        required=True,
        validate=validate.Length(max=500, error=N_("Use at most 500 characters.")),
        error_messages={"required": N_("Write down what you agree.")},
    )
    said = fields.String(
        load_default=None,
        validate=validate.Length(max=500, error=N_("Use at most 500 characters.")),
    )
    who = fields.String(
        required=True,
        validate=validate.OneOf(("worker", "client"), error=N_("Choose who does it.")),
        error_messages={"required": N_("Choose who does it.")},
    )
    by_when = fields.Date(
        required=True,
        error_messages={
            "required": N_("Fill in by which day."),
            "invalid": N_("This is not a day. Choose one in the calendar."),
        },
    )


class ReportPeriod(Schema):
    """The only choice in the team's report: a fixed list, no free dates."""

    months = fields.Integer(load_default=6, validate=validate.OneOf((6, 12)))
