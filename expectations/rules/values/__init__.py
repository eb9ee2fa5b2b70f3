"""Rules on one value: what the constraints of a contract's field say, identifiers, how a text is written."""
