"""What a county keeps its records in, read by the column: CSV, Excel and Parquet as Arrow, and how cells are spelt.

Who reads tables shares this; what the records mean is theirs.
"""
