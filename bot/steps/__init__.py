"""The steps of the way: what the verbs of ``pipeline.py`` do, one file a step.

Most run inside one transaction and only decide with the pure rooms; ``read`` and ``send`` touch the
world through sources and channels.
"""
