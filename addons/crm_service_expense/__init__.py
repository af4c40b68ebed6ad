"""What repairs know of expenses: approved ones lower the result of the job."""
