"""What the forms bring in."""

from collections.abc import Iterable
from enum import StrEnum
from uuid import UUID

from marshmallow import RAISE, Schema, fields, validate

from klankbord.errors import N_

LONGEST_LINE = 300


class Reader(StrEnum):
    """Who may read a line, besides the one who wrote it."""

    WORKER = "worker"
    NEW_WORKER = "new_worker"
    EXPERT = "expert"


class LineForm(Schema):
    """A changed line; both empty takes it off the sheet."""

    choice = fields.String(load_default=None, allow_none=True)
    words = fields.String(
        load_default=None,
        allow_none=True,
        validate=validate.Length(
            max=LONGEST_LINE,
            error=N_("Your text is too long. Please make it shorter."),
        ),
    )
    version = fields.Integer(required=True)


class AskForm(Schema):
    """Whom a worker asks, and whether they do it now, on the worker's phone."""

    client_id = fields.UUID(
        required=True, error_messages={"required": N_("Choose who it is about.")}
    )
    how = fields.String(required=True, validate=validate.OneOf(("alone", "together")))


def _readers() -> fields.List[str]:
    known = validate.OneOf([reader.value for reader in Reader])
    return fields.List(fields.String(validate=known), load_default=list)


class ShareForm(Schema):
    """Who may read the whole part; nobody when nothing is ticked."""

    readers = _readers()


def share_form_of(line_ids: Iterable[UUID]) -> Schema:
    """Return the form that asks it line by line; each field is called by its line."""
    several = {f"line_{line_id}": _readers() for line_id in line_ids}
    return Schema.from_dict(dict(several))(unknown=RAISE)
