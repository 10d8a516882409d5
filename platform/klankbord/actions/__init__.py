"""From what was said to what changed, and who was told."""
