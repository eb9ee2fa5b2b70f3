"""Rules on organisations: the register, what it says of who reports, the passport."""
