"""Facts: what policies see. `model` publishes their shape, `build` makes them."""
