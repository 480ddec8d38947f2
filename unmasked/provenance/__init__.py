"""What can be known of where a picture comes from: credentials, marks, hashes, and cards that say what a model is.

Three ties between a picture and its story, each undone by something else: `credentials` are signed and bound to a
file's bytes (C2PA), `marks` are hidden in the pixels, and `hashes` are what the pixels look like from afar. `cards`
are forms with a validator. `tampering` holds what happens to pictures on their way.
"""
