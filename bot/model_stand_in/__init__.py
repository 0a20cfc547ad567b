"""A stand-in for a language model's endpoint: chat completions on loopback, with a rule in place of a model."""
