"""A preview as a document: what would happen, whom it interrupts, which data it touches."""
