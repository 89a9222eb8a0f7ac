// Shows the headset's eye in the window. An sRGB texture decodes when it is sampled: `encode` undoes that.
in vec2 uv;

uniform sampler2D eye;
uniform bool encode;

out vec4 colour;

void main() {
    vec3 light = texture(eye, uv).rgb;
    vec3 encoded = mix(light * 12.92, 1.055 * pow(light, vec3(1.0 / 2.4)) - 0.055, greaterThan(light, vec3(0.0031308)));
    colour = vec4(encode ? encoded : light, 1.0);
}
