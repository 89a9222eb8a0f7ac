// A vertex on one side of a ribbon, pushed aside so that the band faces the eye and is never too thin to see.
#include "frame.glsl"
#include "anchors.glsl"

in vec3 position;
in vec3 tangent;
in vec2 side;    // half width here, m; -1, 0 or 1: to which side
in vec4 course;  // m from the start here; length, m; width of the band, m; flow
in vec2 part;    // where it begins and ends on the way from the input, 0, to the output, 1
in vec3 tint;
in float anchor;
in float pull;   // the row that says how far its ends are pulled away; 0 for none

out vec3 place;
out vec2 across;      // m from the middle; half width, m
out float along;      // m from the start
out float opacity;
out float on_way;
flat out vec4 way;    // length, m; half width of the band, m; flow; 1 in the arrowhead
flat out vec3 base;

const float LEAST = 0.75;  // pixels of half width; thinner bands are drawn paler instead

void main() {
    int stands_in = int(anchor);
    float scale = scale_of(stands_in);
    float share = course.x / course.y, strength = 1.0;
    vec3 here = position, ahead = tangent;
    if (pull > 0.5) {
        vec4 start = anchors[2 * int(pull)], end = anchors[2 * int(pull) + 1];
        here += mix(start.xyz, end.xyz, share * share * (3.0 - 2.0 * share));
        ahead += (6.0 * share * (1.0 - share) / course.y) * (end.xyz - start.xyz);
        ahead = length(ahead) > 1e-6 ? normalize(ahead) : tangent;
        strength = start.w;
    }
    vec3 middle = anchored(stands_in, here);
    float depth = max((frame.clip_from_world * vec4(middle, 1.0)).w, frame.viewport.z);
    float pixel = depth / (frame.right.w * scale);  // m in the anchor's frame, as all lengths here
    float least = LEAST * pixel * clamp(side.x / (0.5 * course.z), 0.0, 1.0);
    float half_width = max(side.x, least);
    vec3 away = cross(anchored_direction(stands_in, ahead), frame.eye.xyz - middle);
    vec3 aside = length(away) > 1e-6 ? normalize(away) : frame.right.xyz;
    float reach = side.y * (half_width + pixel);

    across = vec2(reach, half_width);
    along = course.x;
    on_way = mix(part.x, part.y, share);
    opacity = strength * min(1.0, 0.5 * course.z / (LEAST * pixel));
    way = vec4(course.y, 0.5 * course.z, course.w, 0.0);
    base = tint;
    place = middle + aside * (reach * scale);
    gl_Position = frame.clip_from_world * vec4(place, 1.0);
}
