"""Feature visualization: pictures of what a channel looks for, made by gradient ascent. torch only, no graphics."""
