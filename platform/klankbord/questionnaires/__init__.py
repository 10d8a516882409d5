"""Instruments, their immutable versions, and answers."""
