"""Documents: files, their versions, their text, their trash.

Empty on purpose: the child process that reads files imports this package without Django.
"""
