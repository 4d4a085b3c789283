"""What a page knows of the window around it: its actions, its notices, and the other pages."""
