// The light that travels once from the input to the output; see vrcnn/scene/wave.py. Needs frame.glsl.
const float AHEAD = 0.008, BEHIND = 0.05;  // of the whole way: how soft the front is, and how long its trail

// How bright the light is at a place on the way, 0 to 1.
float wave_at(float place) {
    float from_front = place - frame.spark.w;
    float part = from_front / (from_front > 0.0 ? AHEAD : BEHIND);
    return exp(-part * part);
}
