"""Extensions of models."""
