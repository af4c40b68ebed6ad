"""Lines of jobs and calls, with measures declared in data and by hook."""
