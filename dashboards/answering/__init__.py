"""How a question is answered: files that stay open, what is found once, limits, the journal."""
