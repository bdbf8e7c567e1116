"""Rate limits: one counter for all processes, atomic, that never keeps an address in clear."""
