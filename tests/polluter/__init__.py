"""A seeded polluter: small tables spoiled in one way each, with what a reader should make of them."""
