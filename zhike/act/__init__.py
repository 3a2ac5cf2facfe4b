"""The only place where state changes: a decision that is made here is a decision that happens."""
