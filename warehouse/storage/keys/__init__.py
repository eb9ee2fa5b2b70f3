"""Persons as keys: the identity vault, the secrets, keys by domain, who was erased."""
