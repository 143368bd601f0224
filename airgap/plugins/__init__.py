"""LedgerFlow's stand-ins for the official Pulumi provider plugins `docker` and `random`.

They run where `pulumi plugin install` reaches nothing. `install.install` puts them into Pulumi's
plugin cache; Pulumi starts them as it starts the official ones.
"""
