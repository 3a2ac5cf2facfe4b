"""Zhike 知客: decide, for every customer, what the bank should do next - and prove it."""

__all__ = ["__version__"]

__version__ = "0.1.0"
