"""The core's actions: the only code that writes its tables."""
