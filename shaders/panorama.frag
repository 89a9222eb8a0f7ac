// One of six views of 90 degrees, laid where it belongs in a picture of the whole surroundings (equirectangular).
in vec2 at;

uniform sampler2D face;
uniform mat3 axes;    // the view's right, up and forward, where -z is the panorama's middle and y is up
uniform float edge;   // the tangent at the edge of `face`, which sees a little more than its 90 degrees
uniform vec2 pixel;   // the panorama's pixel as a share of its width and height

out vec4 colour;

const float PI = 3.14159265358979;
const int SAMPLES = 2;  // along each side of a pixel

vec3 direction(vec2 place) {
    float longitude = (place.x - 0.5) * 2.0 * PI, latitude = (place.y - 0.5) * PI;
    return vec3(sin(longitude) * cos(latitude), sin(latitude), -cos(longitude) * cos(latitude));
}

void main() {
    vec3 middle = direction(at) * axes;
    if (middle.z < max(abs(middle.x), abs(middle.y)) - 1e-6) discard;  // another view has it
    vec3 sum = vec3(0.0);
    for (int row = 0; row < SAMPLES; row++) {
        for (int column = 0; column < SAMPLES; column++) {
            vec2 within = (vec2(column, row) + 0.5) / float(SAMPLES) - 0.5;
            vec3 seen = direction(at + within * pixel) * axes;
            sum += texture(face, 0.5 + 0.5 * seen.xy / (seen.z * edge)).rgb;
        }
    }
    colour = vec4(sum / float(SAMPLES * SAMPLES), 1.0);
}
