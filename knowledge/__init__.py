"""The memory: entries, where they come from, the retrieval index.

A library of its own: it knows nothing of Slack, Rasa or social networks, and is handed its database connection.
"""
