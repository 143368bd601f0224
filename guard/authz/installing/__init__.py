"""What installing the plugin changes on a machine, part by part."""
