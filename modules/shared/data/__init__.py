"""The shared data layer: the nouns that every module hangs on. Always on."""
