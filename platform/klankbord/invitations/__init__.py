"""Inviting clients and buddies: a first secret by mail or letter, a second apart."""
