"""Messages: written with the change, sent by the worker, never lost."""
