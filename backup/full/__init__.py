"""The full backup: database, media, configuration, fixtures and versions in one archive."""
