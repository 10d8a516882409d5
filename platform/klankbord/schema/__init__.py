"""The schema of the databases: migrations up and down, and the check of the walls."""
