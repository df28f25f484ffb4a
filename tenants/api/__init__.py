"""HTTP shape of accounts, companies and switches."""
