"""What the assistant can do when Rasa asks: advise, clarify, acknowledge, hand off, stay silent. It only reads."""
