"""Clients' words are encrypted, exported and erased here."""
