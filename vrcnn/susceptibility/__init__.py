"""How much a network's answers depend on what of its pictures should not matter: sieves, and what they change."""
