"""What every business record gets: numbering, versions, audit, attachments, comments, custom fields, saved views."""
