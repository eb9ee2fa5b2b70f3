"""Rules on marks."""
