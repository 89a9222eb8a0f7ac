// A glyph of a label: a rectangle in the label's plane. Its four vertices agree on whether it can be read at all.
#include "frame.glsl"
#include "anchors.glsl"

in vec3 position;      // of the label's start on the baseline
in vec4 orientation;
in vec4 box;           // left, bottom, right, top in the label's plane, m
in vec4 spot;          // the same edges in the sheet of glyphs, 0 to 1
in vec4 ink;           // colour; height of a capital letter, m
in int anchor;

out vec3 place;
out vec2 at;
flat out vec4 tint;    // colour and opacity

const float GONE = 3.0, FULL = 5.0;  // pixels of cap height
const float NARROW = 1.5;            // letters may be this much narrower than high before they fade

float pixels(vec4 clip, vec3 step) {
    vec4 moved = frame.clip_from_world * vec4(step, 0.0);
    return length((moved.xy * clip.w - clip.xy * moved.w) * frame.viewport.xy) * 0.5 / (clip.w * clip.w);
}

void main() {
    gl_Position = vec4(2.0, 2.0, 2.0, 1.0);
    float scale = scale_of(anchor), cap = scale * ink.w;
    vec3 start = anchored(anchor, position);
    vec4 turned = anchored_turn(anchor, orientation);
    vec3 centre = start + rotated(turned, vec3(0.5 * scale * (box.xy + box.zw), 0.0));
    vec4 clip = frame.clip_from_world * vec4(centre, 1.0);
    vec3 facing = rotated(turned, vec3(0.0, 0.0, 1.0));
    float front = dot(facing, normalize(frame.eye.xyz - centre));
    if (clip.w <= frame.viewport.z || front <= 0.0 || cap * frame.right.w < GONE * clip.w) return;

    float high = pixels(clip, rotated(turned, vec3(0.0, cap, 0.0)));
    float wide = pixels(clip, rotated(turned, vec3(cap, 0.0, 0.0)));
    float opacity = smoothstep(GONE, FULL, min(high, NARROW * wide)) * smoothstep(0.0, 0.06, front);
    if (opacity <= 0.0) return;

    vec2 corner = vec2(gl_VertexID & 1, gl_VertexID >> 1);
    place = start + rotated(turned, vec3(scale * mix(box.xy, box.zw, corner), 0.0));
    at = mix(spot.xy, spot.zw, corner);
    tint = vec4(ink.rgb, opacity);
    gl_Position = frame.clip_from_world * vec4(place, 1.0);
}
