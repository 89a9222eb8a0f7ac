// What every shader knows of the frame: written once per eye by vrcnn/render/frame_block.py, std140, binding 0.
layout(std140) uniform Frame {
    mat4 clip_from_world;
    vec4 eye;       // xyz: position in m, w: seconds since the start
    vec4 right;     // xyz: the eye's x axis, w: pixels per unit of tangent (vertical)
    vec4 up;        // xyz: the eye's y axis, w: columns + 256 rows of 1024 pixels that a part of a picture is from its lower left
    vec4 viewport;  // width, height in pixels, near, far in m
    vec4 zenith;    // sRGB-encoded colours of the theme; w: light on faces that look down, in shares
    vec4 horizon;   // w: how dark contact shadows are, in shares of what they ask for
    vec4 ground;    // w: how much brighter the ground is along the path
    vec4 spark;     // of the light that travels along the edges; w: where it is, 0 at the input and 1 at the output
} frame;

// How much of the horizon's colour a place has, 0 to 1.
float fog_at(vec3 position) {
    float distance = length(position - frame.eye.xyz) / 90.0;
    return 1.0 - exp(-distance * sqrt(distance));
}

// Distant things take the horizon's colour, so that depth reads. All colours are sRGB-encoded throughout.
vec3 with_fog(vec3 colour, vec3 position) {
    return mix(colour, frame.horizon.rgb, fog_at(position));
}
