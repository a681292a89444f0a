"""Values of the language: types, units of measure, money, dates, and the truth tables that every engine shares."""
