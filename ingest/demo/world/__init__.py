"""What there is in the synthetic country: its map, schools, people, days, lessons and marks."""
