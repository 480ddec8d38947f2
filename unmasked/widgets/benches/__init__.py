"""The benches, each in a file named as the function that a lesson calls, and beside them what only some of them use."""
