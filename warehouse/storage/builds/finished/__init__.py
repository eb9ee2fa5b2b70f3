"""The files that a build ends with: made, kept apart, hashed, looked at."""
