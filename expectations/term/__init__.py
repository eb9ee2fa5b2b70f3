"""How the current marks of a term make its mark: one formula, for the rules and for the warehouse."""
