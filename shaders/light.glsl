// Soft light from above, a little from the front left, on what is solid; the ground keeps some of it off. Needs frame.glsl.
const vec3 KEY = vec3(-0.424, 0.742, 0.519);
const float GROUNDED = 0.4, SHADE = 0.28;   // m above the ground up to which sides are darker, and by how much
const float HIGHER = 0.2;                   // how much lighter sides are with every metre above that

// The light on a face with this unit normal, in shares of its colour.
float light_on(vec3 normal, vec3 place) {
    float sky = 0.5 + 0.5 * normal.y;
    float depth = 1.0 - frame.zenith.w;
    float light = mix(frame.zenith.w, 1.0 + 0.18 * depth, sky) + 0.65 * depth * max(dot(normal, KEY), 0.0);
    float low = 1.0 - smoothstep(0.0, GROUNDED, place.y);
    float upright = 1.0 - abs(normal.y);
    return light * (1.0 - upright * (SHADE * low * low - HIGHER * depth * (clamp(place.y, 0.0, 2.6) - 1.3)));
}
