"""A file's rows into the same actions."""
