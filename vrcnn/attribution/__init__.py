"""What a class's score owes to each part of a picture: gradients, integrated gradients, Grad-CAM, occlusion."""
