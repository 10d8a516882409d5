"""What the pages call topics, readers and steps."""

from typing import Final

from klankbord.errors import N_
from klankbord_startvragen.schemas import Reader
from klankbord_startvragen.services.families import Step

# How a topic is called on the sheet: short as a label, the same in every version.
TOPICS: Final = {
    "reading": N_("Reading and writing"),
    "explaining": N_("Explaining"),
    "steps": N_("Step by step, or the whole"),
    "doing": N_("Learning something new"),
    "repeating": N_("Saying it again"),
    "company": N_("Who must be there"),
    "moment": N_("Time and place"),
    "helpers": N_("Helpers before"),
    "language": N_("Language"),
    "never": N_("What I never want"),
}
# What a worker must know before going there: on top of the page of the case.
FIRST: Final = ("never", "company", "moment", "language")
PICTURES: Final = {
    "reading": "book-open",
    "explaining": "image",
    "steps": "list-ordered",
    "doing": "hand",
    "repeating": "repeat",
    "company": "users",
    "moment": "calendar",
    "helpers": "handshake",
    "language": "languages",
    "never": "octagon-x",
}
READERS: Final = {
    Reader.WORKER: N_("%(worker)s, who works with me now"),
    Reader.NEW_WORKER: N_("Somebody new, if another worker comes"),
    Reader.EXPERT: N_("The behavioural expert, when I choose a worker"),
}
SHORT_READERS: Final = {
    Reader.WORKER: N_("your worker"),
    Reader.NEW_WORKER: N_("a new worker"),
    Reader.EXPERT: N_("the behavioural expert"),
}
STEPS: Final = {
    Step.NOT_ASKED: (N_("Not asked yet"), ""),
    Step.ASKED: (N_("Asked"), "soon"),
    Step.SENT: (N_("Sent, on the sheet in a moment"), "soon"),
    Step.FILLED: (N_("Filled in, not shared with you"), "done"),
    Step.SHARED: (N_("Shared with you"), "done"),
}
