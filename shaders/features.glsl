// What a tile shows of a channel's visualization: its picture, and how far it is. See vrcnn/render/feature_walls.py.

// A texel for each map: the slot of its picture (-1: none), its state with the progress as the fraction, the picture's
// mean colour (8 bits each in 24, -1: none), its width divided by its height. 4096 in a row, as the places.
uniform sampler2D features;
uniform vec3 waiting;      // a tile whose picture is still to be made
uniform vec3 mark;         // on it, that this is so
uniform vec3 working;      // how far one is that is being made
uniform vec3 failed;       // of a channel that never rose
uniform float dimmed;      // how much of a picture is left where it does not count

const int WAITING = 1, FORMING = 2, FAILED = 4;
const float DOT = 0.045;        // radius, in heights of a tile
const float LINE = 0.035;       // height of the line of progress; scene/channels.py leaves room for it
const float STROKE = 0.012;     // half a stroke of a cross
const float ALIKE = 0.08;       // so much (of the logarithm) may a picture be stretched to fill its tile

vec4 feature_of(int row) {
    return texelFetch(features, ivec2(row & 4095, row >> 12), 0);
}

vec3 unpacked(float colour) {
    int bits = int(colour);
    return vec3(bits >> 16, (bits >> 8) & 255, bits & 255) / 255.0;
}

// How much of a pixel lies within `distance` <= 0, where a pixel is `width` wide.
float within(float distance, float width) {
    return clamp(0.5 - distance / max(width, 1e-5), 0.0, 1.0);
}

// What is seen of it from afar.
vec3 feature_mean(vec4 known) {
    int state = int(known.y);
    if (state == 0 && known.z < 0.0) return vacant;
    vec3 shown = known.z < 0.0 ? waiting : unpacked(known.z);
    if (state == FAILED) return mix(mix(waiting, shown, dimmed), failed, 0.2);
    return state == WAITING ? mix(waiting, shown, dimmed) : shown;
}

#ifndef MEANS_ONLY
uniform sampler2DArray pictures;  // in each layer ACROSS x ACROSS of them

const int ACROSS = 2;       // vrcnn/render/feature_store.py knows it too
const float SIDE = 128.0;   // px of a picture

// As far from the picture's edges as filtering reaches, so that those beside it in its layer are not seen.
vec3 picture_at(vec2 at, int slot, vec2 right, vec2 down) {
    float margin = clamp(max(length(right), length(down)), 0.5 / SIDE, 0.5);
    int cell = slot % (ACROSS * ACROSS);
    vec2 corner = vec2(cell % ACROSS, cell / ACROSS);
    vec3 place = vec3((corner + clamp(at, margin, 1.0 - margin)) / float(ACROSS), slot / (ACROSS * ACROSS));
    return textureGrad(pictures, place, right / float(ACROSS), down / float(ACROSS)).rgb;
}

// A channel's tile at `inner` (0 to 1 across it); `right` and `down` are a pixel's sides in the same unit, `aspect` is
// the tile's width divided by its height.
vec3 feature_at(vec2 inner, vec4 known, vec2 right, vec2 down, float aspect) {
    int state = int(known.y), slot = int(known.x);
    vec2 pixel = sqrt(right * right + down * down);
    if (state == 0 && slot < 0 && known.z < 0.0) return vacant;

    vec3 shown = waiting;
    if (slot >= 0 || known.z >= 0.0) {
        // As large as its tile allows, in the middle.
        float wider = known.w / aspect;
        if (abs(log(wider)) < ALIKE) wider = 1.0;
        vec2 fit = vec2(max(1.0, 1.0 / wider), max(1.0, wider));
        vec2 at = (inner - 0.5) * fit + 0.5;
        vec2 beyond = abs(at - 0.5) - 0.5;
        float inside = fit == vec2(1.0) ? 1.0 : within(beyond.x, pixel.x * fit.x) * within(beyond.y, pixel.y * fit.y);
        vec3 picture = slot >= 0 ? picture_at(at, slot, right * fit, down * fit) : unpacked(known.z);
        if (state == WAITING || state == FAILED) picture = mix(waiting, picture, dimmed);
        shown = mix(waiting, picture, inside);
    }

    vec2 place = (inner - 0.5) * vec2(aspect, 1.0);  // from the middle, in heights of the tile
    float width = max(pixel.x * aspect, pixel.y);
    if (state == WAITING) {
        shown = mix(shown, mark, within(length(place) - DOT, width));
    } else if (state == FORMING) {
        float line = within(1.0 - LINE - inner.y, pixel.y);
        float done = within(inner.x - fract(known.y), pixel.x);
        shown = mix(shown, mix(mix(waiting, mark, 0.35), working, done), line);
    } else if (state == FAILED) {
        vec2 half_size = 0.5 * vec2(aspect, 1.0);
        vec2 across = normalize(vec2(half_size.y, -half_size.x));
        float stroke = min(abs(dot(place, across)), abs(dot(place, across * vec2(1.0, -1.0))));
        float cover = min(1.0, 2.0 * STROKE / width);  // thinner than a pixel: as much of it
        shown = mix(shown, failed, 0.85 * cover * within(stroke - max(STROKE, 0.5 * width), width));
    }
    return shown;
}
#endif
