// Of the colour that the picture was cleared to: nobody sees it.
#include "frame.glsl"

out vec4 colour;

void main() {
    colour = vec4(frame.horizon.rgb, 1.0);
}
