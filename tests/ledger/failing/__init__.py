"""An app of a later release whose second migration fails."""
