"""Git's side of the guard: what reaches ``main`` was tested, and what it may break is backed up.

``make test`` leaves a receipt for exactly the tree that it tested; the pre-push hook that
``make hooks`` installs asks for it, and for fresh proven backups (rule LF063). A hook is skipped by
``--no-verify``; CI makes the receipt anew.
"""
