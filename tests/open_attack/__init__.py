"""An attacker's program: it takes everything that is public, keeps it for ever, and solves for what is hidden."""
