"""The monthly security audit: what runs, what is open, what lies about, what is proved.

Each section is a function from facts to a :class:`guard.security.model.Section`; facts are gathered
at the edges. A section that could not be looked at says so, and is never green.
"""
