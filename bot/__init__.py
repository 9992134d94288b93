"""The AlpOSS bot: it reads the news of free software around Grenoble and tells each story once.

Read the folders of this package from the ground up and you read the product; start with
``pipeline.py``.
"""

__version__ = "0.1.0"
