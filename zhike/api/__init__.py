"""The HTTP interface: parse, ask who may, call one function, render. No rule lives here."""
