"""The public pages: for everybody, the same for all, and of the disclosed tables alone."""
