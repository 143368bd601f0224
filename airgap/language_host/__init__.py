"""A Python language host for Pulumi, for machines where the official one is not to be had.

It serves Pulumi's ``LanguageRuntime`` gRPC interface with the classes of the ``pulumi`` package.
`install` puts its launcher beside the ``pulumi`` executable, where the engine finds it.
"""

from airgap.language_host.launcher import install

__all__ = ["install"]
