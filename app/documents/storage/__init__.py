"""Where the bytes of files lie; knows no database."""
