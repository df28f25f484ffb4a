"""Pure arithmetic of the shared data layer: no Django here."""
