"""What people decide about submissions, and which of them counts then."""
