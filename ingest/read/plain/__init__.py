"""Any file, read without a contract → plain csv and findings."""
