// At most half a step of 8 bits, so that slow gradients show no bands: interleaved gradient noise (Jimenez, "Next
// Generation Post Processing in Call of Duty: Advanced Warfare", SIGGRAPH 2014 courses).
#include "frame.glsl"

float dither() {
    vec2 at = gl_FragCoord.xy + 1024.0 * vec2(mod(frame.up.w, 256.0), floor(frame.up.w / 256.0));
    return (fract(52.9829189 * fract(dot(at, vec2(0.06711056, 0.00583715)))) - 0.5) / 255.0;
}
