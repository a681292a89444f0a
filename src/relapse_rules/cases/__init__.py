"""Live cases: events arrive over days, conclusions follow, duties fall due, and the log keeps everything."""
