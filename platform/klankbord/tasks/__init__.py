"""What somebody has to do before a day."""
