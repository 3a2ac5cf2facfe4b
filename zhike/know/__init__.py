"""The customer archive: what the bank knew of a customer on a day. Pure."""
