"""Comments with mentions and files on any record, and who follows what is said."""
