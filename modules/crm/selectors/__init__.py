"""Reads of CRM."""
