"""Searches the web through the environment's own SearXNG.

Public interface: ``search_web``.
"""

from tools.search_tool.searching import search_web

__all__ = ["search_web"]
