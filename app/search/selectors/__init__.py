"""Questions: what an entry must say, what is found, what a person has saved."""
