// The ground: a square under the eye, as wide as the eye sees.
#include "frame.glsl"

out vec3 place;

void main() {
    vec2 from_eye = (vec2(gl_VertexID & 1, gl_VertexID >> 1) * 2.0 - 1.0) * 0.7 * frame.viewport.w;
    place = vec3(frame.eye.x + from_eye.x, 0.0, frame.eye.z + from_eye.y);
    gl_Position = frame.clip_from_world * vec4(place, 1.0);
}
