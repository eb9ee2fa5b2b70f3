"""Collect and read: from the bytes a school sends to typed rows and findings."""
