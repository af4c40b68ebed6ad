"""An addon that says everything in code: it has no folder of models, views, security or data."""
