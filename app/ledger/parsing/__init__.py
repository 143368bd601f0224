"""Files of banks, read: bytes in, ``ParsedStatement`` out. Nothing here knows the database."""
