"""Disclosure control: which figures may be shown, and a gate that tries to break it."""
