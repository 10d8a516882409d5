"""Samen Sterker: client and worker say how it goes, and open it together."""
