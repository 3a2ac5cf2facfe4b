"""A small made-up bank for the demonstration, until the simulated bank exists."""
