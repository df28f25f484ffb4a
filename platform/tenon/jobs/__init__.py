"""Background and scheduled work inside a company: context in headers, queues, limits, progress, cancel."""
