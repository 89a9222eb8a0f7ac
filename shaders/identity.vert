// A wall as in grid.vert; for the ID buffer of benchmarks/_ids.py.
#include "grid.vert"
