"""Access: who can read and write which rows, tried as requests and held to a specification."""
