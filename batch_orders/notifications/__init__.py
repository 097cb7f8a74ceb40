"""Being told: what the program says beside its results, by message, by heartbeat and by log."""
