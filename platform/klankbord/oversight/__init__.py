"""What the privacy officer sees to: who looks at whose data."""
