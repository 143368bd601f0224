"""What the search writes: entries beside what they describe, and saved searches."""
