"""What is kept of a review."""
