// A bar of the minimap: a rectangle on the ground seen from above, at least as wide as can be seen.
in vec2 middle;
in vec2 along;
in vec2 halves;  // length and width, m
in vec4 tint;
in float least;  // half width, pixels

uniform vec2 centre;   // of the picture, on the ground
uniform vec2 scale;    // pixels per m, across and down
uniform vec2 turned;   // cosine and sine of the picture's turn
uniform vec2 size;     // of the picture, pixels

out vec2 at;           // from the bar's middle, pixels along and across it
flat out vec2 reach;   // the bar's half sizes, pixels
flat out vec4 colour;

vec2 on_picture(vec2 place) {
    return scale * vec2(turned.x * place.x - turned.y * place.y, turned.y * place.x + turned.x * place.y);
}

void main() {
    vec2 ahead = on_picture(along * halves.x), aside = on_picture(vec2(-along.y, along.x) * halves.y);
    float length_of = max(length(ahead), 1e-4);
    vec2 unit = ahead / length_of, normal = vec2(-unit.y, unit.x);
    reach = vec2(max(length_of, least), max(abs(dot(aside, normal)), least));
    colour = tint;
    at = (vec2(gl_VertexID & 1, gl_VertexID >> 1) * 2.0 - 1.0) * (reach + 1.0);
    vec2 pixel = on_picture(middle - centre) + unit * at.x + normal * at.y;
    gl_Position = vec4(2.0 * pixel / size, 0.0, 1.0);
}
