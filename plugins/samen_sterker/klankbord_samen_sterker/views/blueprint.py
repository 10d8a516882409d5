"""The one blueprint of Samen Sterker."""

from flask import Blueprint

blueprint = Blueprint(
    "samen_sterker",
    "klankbord_samen_sterker",
    template_folder="templates",
)
