"""tanhui package."""
