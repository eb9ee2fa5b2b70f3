"""Who owes what: registers and directives become nodes and obligations."""
