"""What the ledger holds about persons: their requests, and texts that named who was erased."""
