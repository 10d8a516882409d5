"""Three invented organisations on one machine, with a year of believable history."""
