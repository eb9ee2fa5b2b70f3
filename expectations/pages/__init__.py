"""Rules as pages for people: what each says, with its parameters."""
