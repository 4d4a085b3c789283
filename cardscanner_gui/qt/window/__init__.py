"""The frame around the pages: menus, rail, notices, dialogs."""
