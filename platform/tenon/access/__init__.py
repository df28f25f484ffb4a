"""Who may do what on which rows: roles, permissions, data scopes, field rules. Default deny, in one place."""
