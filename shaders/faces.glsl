// What a wall shows: its maps; with FACES what its channels look for; with PAIRS too, both in two neighbouring cells.
#ifdef PAIRS
const int CELLS = 2;  // of each channel
#else
const int CELLS = 1;
#endif
