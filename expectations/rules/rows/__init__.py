"""Rules on rows of any form: keys, columns beside each other, what a contract writes itself."""
