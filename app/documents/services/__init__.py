"""Changes of documents: one function per action, each one transaction with its audit event."""
