"""What a worker does with invitations, and what the invited person does."""
