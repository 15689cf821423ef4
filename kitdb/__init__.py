"""kitdb: schema, migrations, row level security and types for Supabase projects."""

__version__ = "0.1.0"
