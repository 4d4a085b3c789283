"""What the hero shows of the card that is looked at: its picture, or its kept photo, outlined."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject
from PySide6.QtGui import QImage

from cardscanner_gui.core.words import tr
from cardscanner_gui.qt.card.picture_source import PictureSource
from cardscanner_gui.qt.card.picture_view import Outline
from cardscanner_gui.qt.scan.drop_zone import DropZone
from cardscanner_gui.qt.scan.state import CardState, PictureState
from cardscanner_gui.qt.style.marks import Mark


class ShownPicture(QObject):
    """Loads pictures for the hero; what comes for a card that is no longer looked at is left.

    Attributes:
        card: the card that is looked at.
    """

    def __init__(self, hero: DropZone, pictures: PictureSource, parent: QObject) -> None:
        super().__init__(parent)
        self._hero = hero
        self._pictures = pictures
        self.card: CardState | None = None
        self.picture: PictureState | None = None
        self._sharp: PictureState | None = None
        hero.view.closer.connect(self._look_closer)

    def show_card(self, card: CardState | None) -> None:
        """Show a card's picture and outlines; the same picture isn't loaded twice."""
        previous, self.card = self.picture, card
        self.picture = card.picture if card else None
        if card is None:
            self._hero.show_welcome()
        elif self.picture is not previous:
            self.load(card)
        self.show_outlines()

    def outlined(self) -> list[CardState]:
        """The cards of the picture that have an outline, in the order of the outlines."""
        return [c for c in self.picture.cards if c.corners is not None] if self.picture else []

    def load(self, card: CardState) -> None:
        """Show the picture of a card, as soon as it is here."""
        picture = card.picture
        if card.mark is Mark.FAILED:
            self._hero.show_line(picture.message)
            return
        self._hero.show_line(tr("Opening the picture…"))
        if picture.session is not None:
            self._load_photo(card)  # a card from a camera has no file
            return
        if picture.opening and not self._pictures.has(picture.request_id):
            return  # decoding it twice would take twice as long
        self._pictures.file(
            picture.request_id,
            picture.source,
            partial(self._picture_loaded, picture),
            partial(self._picture_missing, card),
        )

    def card_changed(self, card: CardState) -> None:
        """More is known of a card."""
        if card is self.card:
            awaited = card.picture.session is not None and not self._hero.view.has_picture
            if card.mark is Mark.FAILED or (awaited and card.scan is not None):
                self.load(card)
        if card.picture is self.picture:
            self.show_outlines()

    def size_known(self, picture: PictureState) -> None:
        """The cards of a picture have changed, or its size is known now."""
        if picture is self.picture:
            if picture.size is not None and self._hero.view.has_picture:
                self._hero.view.set_source_size(*picture.size)
            self.show_outlines()

    def preview_ready(self, request_id: str, image: QImage) -> None:
        """Somebody opened a picture, and here it is."""
        self._pictures.keep(request_id, image)
        if self.picture is not None and self.picture.request_id == request_id:
            self._show(self.picture, image)

    def show_outlines(self) -> None:
        """Draw the outlines of the picture's cards as they are now."""
        picture = self.picture
        if picture is None or picture.size is None or picture.session is not None:
            self._hero.view.show_outlines(())  # a kept photo is the card alone
            return
        cards = self.outlined()
        outlines = tuple(
            Outline(c.corners, c.mark, c.label) for c in cards if c.corners is not None
        )
        self._hero.view.show_outlines(outlines, cards.index(self.card) if self.card in cards else 0)

    def _picture_loaded(self, picture: PictureState, image: QImage) -> None:
        if picture is self.picture:
            self._show(picture, image)

    def _show(self, picture: PictureState, image: QImage) -> None:
        self._sharp = None
        self._hero.show_picture(image, picture.size)
        self.show_outlines()

    def _look_closer(self) -> None:
        """The reduced picture isn't enough close up; what is shown stays where it is."""
        picture = self.picture
        if picture is None or picture.session is not None or picture is self._sharp:
            return
        self._sharp = picture
        self._pictures.whole(picture.source, partial(self._sharpened, picture), _keep_preview)

    def _sharpened(self, picture: PictureState, image: QImage) -> None:
        if picture is self.picture:
            self._hero.view.show_sharper(image)

    def _picture_missing(self, card: CardState, message: str) -> None:
        """The file has gone; the photo of the card is still there."""
        if card.picture is self.picture:
            self._hero.show_line(message)
            if card.scan is not None and card.scan.has_photo:
                self._load_photo(card)

    def _load_photo(self, card: CardState) -> None:
        if card.scan is not None:
            self._pictures.scan_photo(card.scan.id, partial(self._photo_loaded, card))

    def _photo_loaded(self, card: CardState, image: QImage) -> None:
        if card is self.card and not image.isNull():
            self._hero.show_picture(image, None)


def _keep_preview(_: str) -> None:
    """The file can't be opened again: what is shown is what there is."""
