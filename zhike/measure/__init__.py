"""Replay of history and ranking metrics. Pure."""
