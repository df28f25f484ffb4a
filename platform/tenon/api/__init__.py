"""REST conventions: views, filters, pages, problems, bulk, import/export, metadata."""
