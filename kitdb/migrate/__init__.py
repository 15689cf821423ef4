"""Migrations on disk, the history in the database, and the way from one to the other."""
