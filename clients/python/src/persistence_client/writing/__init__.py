"""Writers that send tasks in batches."""
