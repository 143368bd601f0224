"""The application's version, shown to people; a deployment may name a more exact one."""

VERSION = "0.1.0"
