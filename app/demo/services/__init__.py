"""What loads the invented household, and takes it away again."""
