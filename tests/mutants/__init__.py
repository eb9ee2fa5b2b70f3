"""Small changes to the code, each wrong, to see whether a test notices: `make mutants`."""
