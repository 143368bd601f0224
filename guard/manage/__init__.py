"""The locks of ``manage.py``: what Django's own commands may do where people's documents are.

A command line of Django is judged inside the application, because only there its options are read
as Django reads them and the database can be asked to whom it belongs. :mod:`guard.manage.judging`
decides, :mod:`guard.manage.permit` is what the machine hands in when a backup was proved,
:mod:`guard.manage.record` writes the decision into the audit log. The application's side, with
Django in its hands, is its own :mod:`core.lock`.

Standard library only: this package is part of the application's image.
"""
