"""The ledger as a database: where it lives, opened to write or only to read, carried to another server."""
