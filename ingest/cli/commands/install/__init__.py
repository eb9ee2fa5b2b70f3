"""The installation itself: made, watched, backed up, moved."""
