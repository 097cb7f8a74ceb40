"""Notifications: messages to people, and the heartbeat that is missed where no run began."""
