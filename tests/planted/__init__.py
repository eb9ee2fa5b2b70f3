"""Reports of one invented school without a fault, and clerks' errors planted into them, seeded."""
