"""A believable start for the families of the demo; every word is invented."""

from klankbord.context import Context
from klankbord_startvragen.permissions import LOOK_AFTER


def build_history(ctx: Context) -> None:
    """Give families of the demo a sheet in each state."""
    ctx.require(LOOK_AFTER)
