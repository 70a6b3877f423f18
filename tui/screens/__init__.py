"""One screen a file, each on the common frame; engine calls are made here, in thread workers, and nowhere below."""
