"""What every bench is built from: pictures, knobs, points, still pictures for renderers without a kernel."""
