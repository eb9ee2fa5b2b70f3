"""Pages looked at in a browser; a package, so that the one browser of its tests ends with the last of them."""
