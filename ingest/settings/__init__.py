"""What an installation decides, a module for a table of `bbaj.toml`."""
