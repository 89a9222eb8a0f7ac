"""`vrcnn tour`: what can be done with a tour without playing it."""
