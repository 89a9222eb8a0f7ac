"""How much a network's answers depend on things of its pictures that should not matter: sieves, and what they change."""
