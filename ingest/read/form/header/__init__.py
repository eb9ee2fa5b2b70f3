"""Headers as people write them → fields of the form."""
