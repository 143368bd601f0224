"""Which backups stay and why: a report by a pure function, and a deleter that carries it out."""
