"""The API's furniture: problems, pages by key, strict JSON, the schema. No other room
knows rest_framework.
"""
