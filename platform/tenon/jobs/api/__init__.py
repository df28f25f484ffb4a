"""HTTP shape of jobs."""
