"""A whole county decided at once: tables in, outcomes, missing facts and reasons out."""
