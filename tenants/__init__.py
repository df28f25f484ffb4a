"""Companies and people (public schema): sign-up, addresses, entitlements, memberships."""
