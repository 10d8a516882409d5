"""The branded face for clients and buddies."""
