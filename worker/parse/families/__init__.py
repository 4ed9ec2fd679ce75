"""The template families, one small declarative module each. A new one is a module here and a line in the registry."""
