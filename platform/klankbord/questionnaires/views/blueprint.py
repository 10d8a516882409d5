"""The blueprint that the views of this room register on."""

from flask import Blueprint

blueprint = Blueprint(
    "questionnaires", "klankbord.questionnaires", template_folder="templates"
)
