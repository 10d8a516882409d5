"""Every error a service may raise, each with its HTTP status and stable code.

A message is an English gettext id with named placeholders; the edge translates it,
so that a service needs to know no language.
"""

from collections.abc import Mapping
from typing import ClassVar


def N_(message_id: str) -> str:  # noqa: N802 - gettext's own name for this marker
    """Mark a message id for extraction without translating it yet."""
    return message_id


class KlankbordError(Exception):
    """Something a person can be told about: what happened and what to do next."""

    status: ClassVar[int] = 500
    code: ClassVar[str] = "error"

    def __init__(self, message_id: str = "", **values: object) -> None:
        super().__init__(message_id)
        self.message_id = message_id
        self.values = values


class Invalid(KlankbordError):
    """What came in cannot be used; `fields` names the message of each wrong field."""

    status = 422
    code = "invalid"

    def __init__(self, message_id: str = "", **fields: str) -> None:
        super().__init__(message_id)
        self.fields = fields


class Forbidden(KlankbordError):
    """The actor may know that it exists, but may not do this."""

    status = 403
    code = "forbidden"


class NotFound(KlankbordError):
    """The thing does not exist, or not for this actor: we never say which."""

    status = 404
    code = "not-found"


class Conflict(KlankbordError):
    """The thing's state does not allow this now."""

    status = 409
    code = "conflict"


class Overtaken(Conflict):
    """Somebody else saved the same thing first; nothing was overwritten.

    `stored` holds what stands there now, by field, and `version` what to send along to
    save over it after having seen that.
    """

    def __init__(self, version: int, stored: Mapping[str, object]) -> None:
        super().__init__(
            N_("Somebody else changed this in the meantime. Nothing was overwritten.")
        )
        self.version = version
        self.stored = stored


class Gone(KlankbordError):
    """It was here and will not come back: the organisation stopped."""

    status = 410
    code = "gone"


class TooMany(KlankbordError):
    """Asked too often; later it works again."""

    status = 429
    code = "too-many"


class Unavailable(KlankbordError):
    """Something we depend on is away for a moment; nothing was saved."""

    status = 503
    code = "unavailable"


class NoTenant(RuntimeError):
    """A tenant's data was asked for outside any tenant: a bug, never a 4xx."""


class Unchecked(RuntimeError):
    """Work was about to be committed without a permission check: a bug, never a 4xx."""
