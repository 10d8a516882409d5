"""What every test may use; plugins' tests elsewhere take the same fixtures."""

pytest_plugins = [
    "klankbord.testing.servers",
    "klankbord.testing.smtp",
    "klankbord.testing.tenants",
]
