"""What is handed in of the synthetic country, when, with which mistakes, and what must become of it."""
