"""Commands that say what a published figure rests on, and why it moved."""
