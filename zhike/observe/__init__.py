"""From a source extract to contract tables and rejects. Pure."""
