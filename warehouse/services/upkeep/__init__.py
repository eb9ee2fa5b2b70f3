"""An installation made, moved, given new keys, made anew from its sources."""
