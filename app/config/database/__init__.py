"""Django's backend for PostgreSQL, for a password that may change while the application runs."""
