"""What happens now, as server-sent events."""
