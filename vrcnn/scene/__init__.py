"""The World as plain data: what stands where, layout, picking and tools. No torch, no GL, no XR."""
