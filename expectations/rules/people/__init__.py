"""Rules on persons: names, learners and their classes, staff."""
