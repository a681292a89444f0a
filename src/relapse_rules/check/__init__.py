"""From trees to a typed policy: names, types, strata, one writer for each conclusion."""
