"""The schedule: a process that starts backups when they are due, and says when one is missing."""
