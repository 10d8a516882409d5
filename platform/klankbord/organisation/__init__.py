"""What the organisation's own admin changes: its look, its texts, its facts."""
