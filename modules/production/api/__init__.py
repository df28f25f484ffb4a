"""HTTP shape of what is no entity: the planning workbench and trees."""
