"""Rules on the classifier of territories and on indicators of territories."""
