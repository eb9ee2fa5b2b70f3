"""What readers see: publications, and the looks at them before they are shown."""
