"""What is done with accounts: signing in, links, one's own account, colleagues."""
