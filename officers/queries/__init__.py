"""Reads that span several models."""

from officers.queries.keys import identify
from officers.queries.officers import find_officers

__all__ = ["find_officers", "identify"]
