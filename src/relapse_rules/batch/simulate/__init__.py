"""A synthetic county for trying out and for benchmarks: nobody in it exists, and neither does the county."""
