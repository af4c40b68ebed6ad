"""The smallest addon that has everything: a model, rights, a view, data and a hook."""
