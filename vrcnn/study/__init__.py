"""`vrcnn study`: trains networks that generalize and networks that memorize, measures both, and reports."""
