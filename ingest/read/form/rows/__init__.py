"""What stands below a header → records, and rows that are none."""
