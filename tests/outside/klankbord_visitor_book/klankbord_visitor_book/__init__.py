"""The visitor book: the smallest plugin that keeps something about a client."""
