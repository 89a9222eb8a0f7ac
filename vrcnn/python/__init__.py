"""What vrcnn offers to programs: `import vrcnn` and go on from there. docs/python.md has examples that run."""
