"""Job runs, the sweeper and health: the clock's work, held in PostgreSQL and only hinted at through Redis."""
