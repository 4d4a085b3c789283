"""How everything looks: theme, icons, marks, words."""
