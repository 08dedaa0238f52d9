"""The seam between collecting and judging: records, read strictly and written atomically.
It knows neither AWS nor policies; what contradicts itself is refused."""
