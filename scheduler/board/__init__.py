"""The edition board: a web page that shows where editions stand and lets signed-in operators act. Keeps no state.

Everything that it shows comes from the database, the archive and the queues; everything that it does goes through
:mod:`scheduler.actions`. Without a configured account it only shows. Server-rendered HTML, no script at all.
"""
