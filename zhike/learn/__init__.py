"""Training, champion and challenger, drift, promotion."""
