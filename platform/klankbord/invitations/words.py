"""What states and channels are called on the pages of staff."""

from klankbord.accounts.models import Channel, InvitationState
from klankbord.errors import N_

STATES: dict[InvitationState, str] = {
    InvitationState.MADE: N_("Made"),
    InvitationState.SENT: N_("Sent"),
    InvitationState.OPENED: N_("Opened"),
    InvitationState.ACCEPTED: N_("Accepted"),
    InvitationState.EXPIRED: N_("Expired"),
    InvitationState.WITHDRAWN: N_("Withdrawn"),
}
CHANNELS: dict[Channel, str] = {
    Channel.MAIL: N_("By e-mail"),
    Channel.LETTER: N_("By letter"),
}
