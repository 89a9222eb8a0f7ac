// A vertex on one side of a ribbon, pushed aside so that the band faces the eye and is never too thin to see.
#include "frame.glsl"
#include "anchors.glsl"

in vec3 position;
in vec3 tangent;
in vec2 side;    // half width here, m; -1, 0 or 1: to which side
in vec4 course;  // m from the start here; length, m; width of the band, m; flow
in vec3 tint;
in float anchor;

out vec3 place;
out vec2 across;      // m from the middle; half width, m
out float along;      // m from the start
out float opacity;
flat out vec4 way;    // length, m; half width of the band, m; flow; 1 in the arrowhead
flat out vec3 base;

const float LEAST = 0.75;  // pixels of half width; thinner bands are drawn paler instead

void main() {
    int stands_in = int(anchor);
    float scale = scale_of(stands_in);
    vec3 middle = anchored(stands_in, position);
    float depth = max((frame.clip_from_world * vec4(middle, 1.0)).w, frame.viewport.z);
    float pixel = depth / (frame.right.w * scale);  // m in the anchor's frame, as all lengths here
    float least = LEAST * pixel * clamp(side.x / (0.5 * course.z), 0.0, 1.0);
    float half_width = max(side.x, least);
    vec3 away = cross(anchored_direction(stands_in, tangent), frame.eye.xyz - middle);
    vec3 aside = length(away) > 1e-6 ? normalize(away) : frame.right.xyz;
    float reach = side.y * (half_width + pixel);

    across = vec2(reach, half_width);
    along = course.x;
    opacity = min(1.0, 0.5 * course.z / (LEAST * pixel));
    way = vec4(course.y, 0.5 * course.z, course.w, 0.0);
    base = tint;
    place = middle + aside * (reach * scale);
    gl_Position = frame.clip_from_world * vec4(place, 1.0);
}
