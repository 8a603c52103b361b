"""What machines ask of credentials: keys, status lists, health."""
