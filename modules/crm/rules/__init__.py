"""Pure arithmetic of CRM: no Django here."""
