"""Consent and contact permission, as of a day. Pure."""
