"""The only place where state changes: a verb is checked, then done, and leaves one numbered event."""
