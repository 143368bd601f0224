"""Reading and converting files in a child process with limits and without a network.

``parent`` starts it; everything else here runs in the child, ``python -m documents.extraction``,
and imports neither Django nor the rest of LedgerFlow.
"""
