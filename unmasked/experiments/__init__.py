"""The trainings that the lessons show, the benchmarks time and the shipped weights come from."""
