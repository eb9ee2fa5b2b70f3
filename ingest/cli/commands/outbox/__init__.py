"""The commands of the group `outbox`."""
