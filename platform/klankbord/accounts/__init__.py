"""Who signs in: accounts, sessions, invitations."""
