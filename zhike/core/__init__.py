"""Types, units, contract tables, rules and errors: everything the layers above agree on. Pure."""
