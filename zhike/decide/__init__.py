"""Which customer gets which action, at what terms, and why. Pure."""
