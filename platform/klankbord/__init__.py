"""Klankbord, the core: it hosts tenants and the plugins they enable."""
