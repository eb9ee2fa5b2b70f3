"""What a country costs the ledger and the engines."""
