// A bar of the minimap, its edges one pixel soft.
in vec2 at;
flat in vec2 reach;
flat in vec4 colour;

out vec4 shown;

void main() {
    vec2 inside = clamp(reach - abs(at) + 0.5, 0.0, 1.0);
    shown = vec4(colour.rgb, colour.a * inside.x * inside.y);
}
