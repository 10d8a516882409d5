"""The one blueprint of Startvragen."""

from flask import Blueprint

blueprint = Blueprint(
    "startvragen",
    "klankbord_startvragen",
    template_folder="templates",
)
