// Which wall and which map a pixel shows, for benchmarks/_ids.py; both count from 1, 0 is nothing.
in vec2 cell;
flat in ivec4 wall_tiling;
flat in ivec4 wall_part;

out ivec2 shown;

void main() {
    if (!gl_FrontFacing) discard;
    ivec2 at = clamp(ivec2(floor(cell)), ivec2(0), wall_tiling.xy - 1);
    int tile = at.y * wall_tiling.x + at.x;
    if (tile < wall_tiling.z ? (tile < wall_part.x || tile >= wall_part.y) : wall_part.y != wall_tiling.z) discard;
    shown = ivec2(wall_part.w + 1, tile < wall_tiling.z ? tile + 1 : 0);
}
