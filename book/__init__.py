"""The course without installing anything: static pages, each built by one command."""
