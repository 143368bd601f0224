"""Tools: functions of registered packages that people run, like a search in the web.

Each folder ``*_tool`` is a package of its own with a public interface and a README; the rest runs
them. ``docs/tools.md`` says how to write one.
"""
