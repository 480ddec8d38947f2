"""The benches of the lessons, a file each, named as the function that a lesson calls."""
