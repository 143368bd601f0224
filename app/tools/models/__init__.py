"""Models; each has a module of its own."""

from tools.models.package import ToolPackage
from tools.models.run import RunState, ToolRun
from tools.models.tool import Tool

__all__ = ["RunState", "Tool", "ToolPackage", "ToolRun"]
