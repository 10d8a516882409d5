"""What Samen Sterker tells the core."""

from klankbord.plugin import Plugin

plugin = Plugin(name="samen_sterker", title="Samen Sterker")
