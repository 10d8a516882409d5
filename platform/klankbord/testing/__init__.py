"""Fixtures for the tests of the core and of every plugin: the real servers.

A conftest takes them with `pytest_plugins = ["klankbord.testing.servers",
"klankbord.testing.smtp"]`.
"""
