"""The blueprint of all pages of invitations."""

from flask import Blueprint

blueprint = Blueprint("invitations", __name__, template_folder="../templates")
