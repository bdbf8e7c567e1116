"""Which event of an audit is told to whom."""
