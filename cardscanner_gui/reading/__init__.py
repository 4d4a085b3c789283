"""From an upright card to fields, with the OCR models that ship in the rapidocr wheel."""
