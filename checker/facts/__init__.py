"""The facts that several subjects have in common: `base` and `image_model` publish their shapes,
`build` and `images` make them. What one subject alone has is in its folder in subjects/."""
