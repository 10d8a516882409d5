"""Who saw and changed what about whom."""
