"""What the kinds of things are called on the screen: message ids by value."""

from klankbord.errors import N_
from klankbord.people.access import Relation
from klankbord.people.models import (
    CaseEventKind,
    ClientKind,
    ConsentWay,
    EmergencyReason,
    MeasureKind,
    Purpose,
)

MEASURES = {
    MeasureKind.SUPERVISION_ORDER: N_("Supervision order"),
    MeasureKind.PROVISIONAL_SUPERVISION_ORDER: N_("Provisional supervision order"),
    MeasureKind.GUARDIANSHIP: N_("Guardianship"),
    MeasureKind.YOUTH_PROBATION: N_("Youth probation"),
}
KINDS = {
    ClientKind.PARENT: N_("Parent"),
    ClientKind.YOUTH: N_("Child or young person"),
}
EVENTS = {
    CaseEventKind.HEARING: N_("Hearing at the children's judge"),
    CaseEventKind.OUT_OF_HOME_PLACEMENT: N_("A child goes to live elsewhere"),
    CaseEventKind.CHANGE_OF_WORKER: N_("Another youth protection worker"),
    CaseEventKind.END_TALK: N_("Talk about the end"),
    CaseEventKind.END: N_("End of the measure"),
}
RELATIONS = {
    Relation.WORKER: N_("Youth protection worker"),
    Relation.DEPUTY: N_("Deputy"),
    Relation.EXPERT: N_("Behavioural expert"),
    Relation.TEAM_LEAD: N_("Team lead"),
    Relation.EMERGENCY: N_("Opened in an emergency"),
}
# As the client reads it; staff read ABOUT_SOMEBODY.
PURPOSES = {
    Purpose.MAIL: N_("Messages by e-mail"),
    Purpose.BUDDY: N_("A buddy"),
    Purpose.STORY: N_("Telling your story"),
    Purpose.PHOTO: N_("Your photo"),
    Purpose.RESEARCH: N_("Research"),
}
ABOUT_SOMEBODY = PURPOSES | {
    Purpose.STORY: N_("Telling the story"),
    Purpose.PHOTO: N_("A photo"),
}
REASONS = {
    EmergencyReason.DANGER: N_("Somebody is in danger"),
    EmergencyReason.ON_DUTY: N_("I am on duty for everybody"),
    EmergencyReason.COLLEAGUE_AWAY: N_("My colleague is away and it cannot wait"),
    EmergencyReason.CLIENT_ASKS: N_("The family asks me for help now"),
}
WAYS = {
    ConsentWay.PORTAL: N_("In the portal"),
    ConsentWay.SPOKEN: N_("In a talk"),
    ConsentWay.PHONE: N_("By telephone"),
    ConsentWay.PAPER: N_("On paper, signed"),
}
