"""A list's rows into the same actions: read, understood, and judged before anything is entered."""
