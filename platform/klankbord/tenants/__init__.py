"""Organisations: hosts, look, settings, and which plugins are on."""
