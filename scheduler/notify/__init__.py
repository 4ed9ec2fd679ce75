"""Tell people by webhook or mail what needs them, without Prometheus: one message a cause, and one when it is over.

``causes`` finds what there is to tell, ``book`` keeps in the database what was told, ``message`` words it, ``webhook``
and ``mail`` carry it, ``tell`` runs all of it once a tick.
"""
