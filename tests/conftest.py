"""What every test may use; `klankbord.testing` is there for plugins elsewhere too."""

pytest_plugins = [
    "klankbord.testing.servers",
    "klankbord.testing.smtp",
    "klankbord.testing.tenants",
    "open_pages",
]
