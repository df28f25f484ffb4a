"""What exists: module manifests, features, permissions, entities and menu trees, checked at start-up."""
