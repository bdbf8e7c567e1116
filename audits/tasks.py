"""The floor's clockwork."""
