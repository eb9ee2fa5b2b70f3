"""A report sent in, its queries answered, confirmed, withdrawn."""
