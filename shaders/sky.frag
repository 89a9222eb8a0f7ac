// The sky: a low glow at the horizon, darker towards the zenith; below the horizon what fog makes of the ground.
#include "frame.glsl"
#include "dither.glsl"

in vec3 direction;

out vec4 colour;

void main() {
    float height = max(direction.y * inversesqrt(dot(direction, direction)), 0.0);
    float low = 0.45 * exp(-14.0 * height) + 0.55 * exp(-2.6 * height);
    colour = vec4(mix(frame.zenith.rgb, frame.horizon.rgb, low) + dither(), 1.0);
}
