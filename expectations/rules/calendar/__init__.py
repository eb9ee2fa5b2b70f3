"""Rules on days: inside the period, on a school day, the calendar of a school year."""
