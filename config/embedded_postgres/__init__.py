"""The PostgreSQL that comes with the project, for a machine that has none.

The Django backend in base.py starts or joins it at the first connection;
server.py knows where its data lies and how it is started and stopped.
"""
