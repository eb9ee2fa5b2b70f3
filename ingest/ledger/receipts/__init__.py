"""What came in and what judging said of it."""
