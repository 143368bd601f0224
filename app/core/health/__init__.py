"""Whether the application can serve: one probe per dependency, run together and timed."""
