"""What is wrong with a manifest, said at start-up."""


class ManifestError(Exception):
    """A manifest contradicts itself or another one; the message names the module and the entry."""
