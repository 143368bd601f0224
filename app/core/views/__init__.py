"""The core's pages: dashboard, jobs, status, errors."""
