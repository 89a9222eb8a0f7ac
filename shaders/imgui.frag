// Dear ImGui's triangles: vertex colour times the texture (the font atlas or a picture), both sRGB-encoded.
in vec2 uv;
in vec4 tint;

uniform sampler2D atlas;

out vec4 colour;

void main() {
    colour = tint * texture(atlas, uv);
}
