"""What a file is, by its bytes: its kind, the guard before it is unpacked, and what it brings that is no data."""
