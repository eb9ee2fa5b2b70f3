"""The checker of a school without a network: a page on the school's own computer, and the folder it comes in."""
