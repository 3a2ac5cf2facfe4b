"""Training with provenance, model cards, drift, champion and challenger, warnings. Pure: the registry on disk is an adapter."""
