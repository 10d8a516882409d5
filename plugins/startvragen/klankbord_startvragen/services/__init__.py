"""What Startvragen can do; each function is one step a person would name."""
