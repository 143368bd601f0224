"""Questions to the tables of documents; what people see goes through ``visible_to``."""
