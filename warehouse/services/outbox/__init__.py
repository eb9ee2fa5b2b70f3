"""Sending what the outbox holds: `deliver` takes what is due, `compose` puts it into words, a channel takes it."""
