"""The playground: rooms in which the shipped swap runs inside one HTML page, without a kernel and without a network."""
