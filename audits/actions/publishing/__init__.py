"""Publication: the only acts that fill the disclosed tables. Done by the clock; see `audits.queries.disclosure`."""
