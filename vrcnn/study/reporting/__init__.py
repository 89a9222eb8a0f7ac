"""`vrcnn study report`: what a study has found, over networks, as pages, plots and tables."""
