"""What comes in from the forms about families: each field has its own sentence."""

from collections.abc import Mapping
from datetime import date
from enum import Enum
from typing import Any

from marshmallow import (
    Schema,
    ValidationError,
    fields,
    pre_load,
    validate,
    validates_schema,
)

from klankbord.errors import N_
from klankbord.people.models import (
    CaseEventKind,
    ClientKind,
    ConsentWay,
    EmergencyReason,
    MeasureKind,
    Purpose,
)

LONGEST_NAME = 100
LONGEST_REACH = 1000
FILL_IN = N_("Fill this in.")
CHOOSE = N_("Choose one of these.")
CHOOSE_LISTED = N_("Choose somebody from the list.")
TOO_LONG = N_("This is too long. Use fewer words.")
NO_DATE = N_("This is not a day. For example: 23-11-2026.")
NO_TIME = N_("This is not a time. For example: 14:30.")
WRONG_YEAR = N_("This day cannot be right. Look at the year.")
NO_EMAIL = N_("This is not an e-mail address. For example: naam@voorbeeld.nl.")
NO_PHONE = N_("Use digits only, for example 0612345678.")
BOTH_TIMES = N_("Fill in both times, or none.")
NO_VERSION = N_("Open the page again.")
LONG_AGO, FAR_AHEAD = date(1990, 1, 1), date(2100, 1, 1)


class Stripped(Schema):
    """A form in which white space around words means nothing."""

    @pre_load
    def strip(self, data: Mapping[str, Any], **_: object) -> dict[str, Any]:
        """Take the white space away."""
        return {
            name: value.strip() if isinstance(value, str) else value
            for name, value in data.items()
        }


def words(longest: int, **options: Any) -> fields.String:  # noqa: ANN401 - a field's
    """Return a field for a few words."""
    return fields.String(
        validate=validate.Length(max=longest, error=TOO_LONG),
        error_messages={"required": FILL_IN, "invalid": FILL_IN},
        **options,
    )


def day(earliest: date = LONG_AGO, **options: Any) -> fields.Date:  # noqa: ANN401
    """Return a field for a day that can be right."""
    return fields.Date(
        validate=validate.Range(earliest, FAR_AHEAD, error=WRONG_YEAR),
        error_messages={"required": FILL_IN, "invalid": NO_DATE},
        **options,
    )


def moment(**options: Any) -> fields.Time:  # noqa: ANN401
    """Return a field for a time of the day."""
    return fields.Time(
        error_messages={"required": FILL_IN, "invalid": NO_TIME}, **options
    )


def one_of(kinds: type[Enum]) -> fields.Enum[Any]:
    """Return a field for one of the kinds, by its value."""
    return fields.Enum(
        kinds,
        by_value=True,
        required=True,
        error_messages={"required": CHOOSE, "unknown": CHOOSE},
    )


def listed(**options: Any) -> fields.UUID:  # noqa: ANN401
    """Return a field for an id from a list."""
    return fields.UUID(
        error_messages={"required": CHOOSE_LISTED, "invalid_uuid": CHOOSE_LISTED},
        **options,
    )


def version() -> fields.Integer:
    """Return the hidden field with the version that the person looked at."""
    return fields.Integer(
        required=True,
        validate=validate.Range(1, 2**31 - 1, error=NO_VERSION),
        error_messages={"required": NO_VERSION, "invalid": NO_VERSION},
    )


class StaffFields(Stripped):
    """Who works in a case."""

    worker_id = listed(required=True)
    deputy_id = listed(load_default=None)
    expert_id = listed(load_default=None)
    team_id = listed(load_default=None)


class CaseFields(Stripped):
    """What a case is."""

    family = words(LONGEST_NAME, required=True)
    measure = one_of(MeasureKind)
    begins_on = day(required=True)


class NewCaseSchema(StaffFields, CaseFields):
    """A new family."""


class CaseSchema(CaseFields):
    """Another name, measure or start."""

    version = version()


class StaffSchema(StaffFields):
    """Other people who work in a case."""

    version = version()


class EndSchema(Stripped):
    """The end of a measure."""

    version = version()
    on = day(required=True)


class DaySchema(Stripped):
    """One day."""

    on = day(required=True)


class EventSchema(Stripped):
    """Something that happened, or will."""

    kind = one_of(CaseEventKind)
    on = day(required=True)


class AppointmentFields(Stripped):
    """When and where a meeting is."""

    on = day(required=True)
    at = moment(required=True)
    place = words(LONGEST_NAME, required=True)


class NewAppointmentSchema(AppointmentFields):
    """A meeting with somebody of the case."""

    client_id = listed(required=True)


class AppointmentSchema(AppointmentFields):
    """Another time or place."""

    version = version()


class VersionSchema(Stripped):
    """A page that only asks whether somebody is sure."""

    version = version()


class CustodySchema(Stripped):
    """A parent's custody of a youth."""

    parent_id = listed(required=True)
    begins_on = day(required=True)
    ends_on = day(load_default=None)


class ConsentSchema(Stripped):
    """What a parent said about a child, and how."""

    parent_id = listed(required=True)
    purpose = one_of(Purpose)
    granted = fields.Boolean(
        required=True, error_messages={"required": CHOOSE, "invalid": CHOOSE}
    )
    way = one_of(ConsentWay)
    on = day(required=True)


class EmergencySchema(Stripped):
    """Who has to be found now, and why."""

    family_name = words(LONGEST_NAME, required=True)
    birth_date = day(date(1900, 1, 1), required=True)
    reason = one_of(EmergencyReason)


class ClientFields(Stripped):
    """All that is kept of a person."""

    kind = one_of(ClientKind)
    given_name = words(LONGEST_NAME, required=True)
    family_name = words(LONGEST_NAME, required=True)
    salutation = words(LONGEST_NAME, load_default="")
    birth_date = day(date(1900, 1, 1), load_default=None)
    language = words(10, load_default="nl")
    easy_mode = fields.Boolean(load_default=False)
    email = fields.Email(load_default=None, error_messages={"invalid": NO_EMAIL})
    email_alone = fields.Boolean(load_default=False)
    phone = fields.String(
        load_default=None,
        validate=validate.Regexp(r"^\+?[0-9][0-9 ()-]{5,20}$", error=NO_PHONE),
    )
    phone_alone = fields.Boolean(load_default=False)
    do_not_mail = fields.Boolean(load_default=False)
    safe_from = moment(load_default=None)
    safe_until = moment(load_default=None)
    how_to_reach = words(LONGEST_REACH, load_default=None)

    @validates_schema(skip_on_field_errors=False)
    def check_times(self, data: dict[str, Any], **_: object) -> None:
        """Refuse half a period: a time without the other one."""
        if (data.get("safe_from") is None) != (data.get("safe_until") is None):
            raise ValidationError(BOTH_TIMES, "safe_until")


class NewClientSchema(ClientFields):
    """Somebody new in a case."""

    begins_on = day(load_default=None)


class ClientSchema(ClientFields):
    """What is changed about somebody."""

    version = version()
