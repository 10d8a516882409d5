"""Methods: which plugins an organisation has on, and what becomes of their data."""
