"""Learning between organisations: comparing results without showing a person."""
