"""From Postgres's parse tree to operations, one module for each family of commands."""
