"""Startvragen: how a family learns and works best, in its own words."""
