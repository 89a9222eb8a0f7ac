// Shows the headset's eye in the window. An sRGB texture decodes when it is sampled: `encode` undoes that.
in vec2 uv;

uniform sampler2D eye;
uniform bool encode;

out vec4 colour;

vec3 encoded(vec3 light) {
    return mix(light * 12.92, 1.055 * pow(light, vec3(1.0 / 2.4)) - 0.055, greaterThan(light, vec3(0.0031308)));
}

void main() {
    vec3 seen = texture(eye, uv).rgb;
    if (encode) seen = encoded(seen);
    colour = vec4(seen, 1.0);
}
