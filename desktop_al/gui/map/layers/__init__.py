"""What is painted above the picture in the GUI thread, one duty per module; `Overlay` paints them in order."""
