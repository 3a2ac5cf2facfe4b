"""The simulated bank: a world whose truth is known, and the policies that are tried in it."""
