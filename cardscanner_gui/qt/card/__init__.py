"""What several pages show a card with: its picture, its facts, a copy's form, other printings."""
