"""`/api/open/v1/`: what is public, for programs. PostgreSQL renders it, as the role that can read nothing else.

Answered by a middleware before session, language, CSRF and sign-in: nobody is asked who he is, no cookie is read or
set. `dispatch` says which address leads where.
"""
