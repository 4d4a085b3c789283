"""Light and dark: a `QPalette` with one accent, steps of 8, three text sizes."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from string import Template

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QPalette
from PySide6.QtWidgets import QApplication

from cardscanner_gui.core.garbage import no_garbage_collection

STEP = 8
HEADER_HEIGHT = 34

TITLE_SIZE = 1.6
"""Text sizes relative to the system's own: title, body (1) and small."""
SMALL_SIZE = 0.9


@dataclass(frozen=True)
class Theme:
    """Colours by what they are for. Text keeps a contrast of 4.5 or more."""

    dark: bool
    window: str
    surface: str
    stripe: str
    border: str
    text: str
    muted: str
    accent: str
    on_accent: str
    selection: str
    good: str
    doubt: str
    bad: str
    stage: str


LIGHT = Theme(
    dark=False,
    window="#f3f4f7",
    surface="#ffffff",
    stripe="#f8f9fb",
    border="#d9dde5",
    text="#1a1e27",
    muted="#5b6473",
    accent="#3454d1",
    on_accent="#ffffff",
    selection="#dfe5fb",
    good="#157347",
    doubt="#8f5a00",
    bad="#b4233c",
    stage="#e6e9ef",
)
DARK = Theme(
    dark=True,
    window="#15171c",
    surface="#1d2027",
    stripe="#21252d",
    border="#343a46",
    text="#e9ebf0",
    muted="#9ea7b6",
    accent="#8ba4ff",
    on_accent="#10131c",
    selection="#2c3763",
    good="#56c98f",
    doubt="#f0b64f",
    bad="#ff8092",
    stage="#0f1115",
)


def theme_of(palette: QPalette) -> Theme:
    """The theme a widget is shown in, told from its palette.

    By the text's colour: style sheets make some backgrounds transparent, which reads as black.
    """
    return DARK if palette.color(QPalette.ColorRole.WindowText).lightness() > 128 else LIGHT


def make_palette(theme: Theme) -> QPalette:
    role, group = QPalette.ColorRole, QPalette.ColorGroup
    colours = {
        role.Window: theme.window,
        role.WindowText: theme.text,
        role.Base: theme.surface,
        role.AlternateBase: theme.stripe,
        role.Text: theme.text,
        role.PlaceholderText: theme.muted,
        role.Button: theme.surface,
        role.ButtonText: theme.text,
        role.BrightText: theme.bad,
        role.Highlight: theme.accent,
        role.HighlightedText: theme.on_accent,
        role.Accent: theme.accent,
        role.Link: theme.accent,
        role.ToolTipBase: theme.surface,
        role.ToolTipText: theme.text,
        role.Mid: theme.border,
        role.Dark: theme.border,
        role.Light: theme.surface,
    }
    palette = QPalette()
    for key, colour in colours.items():
        palette.setColor(key, QColor(colour))
    for key in (role.WindowText, role.Text, role.ButtonText):
        faded = QColor(theme.muted)
        faded.setAlpha(150)
        palette.setColor(group.Disabled, key, faded)
    return palette


_STYLE = Template("""
QToolTip { color: $text; background: $surface; border: 1px solid $border; padding: 4px; }
QLabel[role="muted"] { color: $muted; }
QLabel[role="error"] { color: $bad; }
QFrame[role="panel"] { background: $surface; border: 1px solid $border; border-radius: 8px; }
QFrame[role="rule"] { background: $border; border: none; max-height: 1px; min-height: 1px; }
QWidget#rail { background: $surface; border-right: 1px solid $border; }
QStatusBar { background: $surface; border-top: 1px solid $border; }
QStatusBar::item { border: none; }

QDialogButtonBox { dialogbuttonbox-buttons-have-icons: 0; }
QPushButton, QToolButton[role="button"] {
  background: $surface; border: 1px solid $border; border-radius: 6px;
  padding: 6px 12px; min-height: 20px; }
QPushButton:hover, QToolButton[role="button"]:hover { border-color: $muted; }
QPushButton:pressed, QToolButton[role="button"]:pressed { background: $stage; }
QPushButton:focus, QToolButton[role="button"]:focus {
  border: 2px solid $accent; padding: 5px 11px; }
QPushButton:disabled, QToolButton[role="button"]:disabled { color: $faded; background: $window; }
QPushButton[role="primary"] {
  background: $accent; color: $on_accent; border-color: $accent; font-weight: 600; }
QPushButton[role="primary"]:hover { background: $accent_hover; }
QPushButton[role="primary"]:focus { border: 2px solid $text; }
QPushButton[role="primary"]:disabled {
  background: $window; color: $faded; border-color: $border; font-weight: normal; }
QPushButton[role="segment"]:checked { background: $selection; border-color: $accent; }
QPushButton[role="tab"] { padding: 1px 8px; min-height: 18px; border-radius: 4px; }
QPushButton[role="tab"]:checked { background: $selection; border-color: $accent; }
QPushButton[role="link"] {
  background: transparent; border: none; color: $accent; padding: 4px 6px; font-weight: 600; }
QPushButton[role="link-small"] { background: transparent; border: none; color: $doubt;
  padding: 0 2px; min-height: 0; }
QPushButton[role="link-small"]:hover { text-decoration: underline; }
QPushButton[role="link-small"]:focus { border: 1px solid $accent; border-radius: 4px; padding: 0; }
QPushButton[role="link"]:hover { text-decoration: underline; }
QPushButton[role="link"]:focus { border: 1px solid $accent; border-radius: 4px; padding: 3px 5px; }
QToolButton[role="button"]::menu-indicator { image: none; }

QLineEdit, QComboBox, QSpinBox, QPlainTextEdit {
  background: $surface; border: 1px solid $border; border-radius: 6px;
  padding: 4px 8px; min-height: 22px; selection-background-color: $accent;
  selection-color: $on_accent; }
QLineEdit:focus, QComboBox:focus, QSpinBox:focus, QPlainTextEdit:focus {
  border: 2px solid $accent; padding: 3px 7px; }
QLineEdit:disabled, QComboBox:disabled, QSpinBox:disabled, QPlainTextEdit:disabled {
  color: $faded; background: $window; }
QComboBox::drop-down, QSpinBox::up-button, QSpinBox::down-button {
  background: transparent; border: none; width: 24px; }
QComboBox::down-arrow, QSpinBox::down-arrow { width: 16px; height: 16px;
  image: url("${arrows}down-$shade.svg"); }
QSpinBox::up-arrow { width: 16px; height: 16px; image: url("${arrows}up-$shade.svg"); }
QSpinBox > QLineEdit { border: none; background: transparent; min-height: 0; padding: 0; }
QSpinBox { padding-left: 0; }
QComboBox QAbstractItemView { background: $surface; border: 1px solid $border;
  selection-background-color: $selection; selection-color: $text; }

QCheckBox { spacing: 6px; }
QCheckBox::indicator { width: 14px; height: 14px; border: 1px solid $muted; border-radius: 4px;
  background: $surface; }
QCheckBox::indicator:checked { background: $accent; border-color: $accent;
  image: url("${arrows}check-$shade.svg"); }
QCheckBox::indicator:focus { border: 2px solid $accent; }
QCheckBox::indicator:disabled { border-color: $border; background: $window; }

QMenuBar { background: $window; }
QMenuBar::item { padding: 4px 8px; border-radius: 4px; background: transparent; }
QMenuBar::item:selected { background: $selection; }
QMenu { background: $surface; border: 1px solid $border; padding: 4px; }
QMenu::item { padding: 6px 24px 6px 16px; border-radius: 4px; }
QMenu::item:selected { background: $selection; color: $text; }
QMenu::item:disabled { color: $faded; }
QMenu::separator { height: 1px; background: $border; margin: 4px 8px; }

QTableView { background: $surface; alternate-background-color: $stripe; border: 1px solid $border;
  border-radius: 8px; gridline-color: transparent; outline: 0;
  selection-background-color: $selection; selection-color: $text; }
QTableView[role="plain"] { background: transparent; border: none; border-radius: 0; }
QTableView::item { padding: 0 5px; border: none; }
QTableView::item:selected { background: $selection; color: $text; }
QHeaderView { background: $surface; border: none; }
QHeaderView::section { background: $surface; color: $muted; border: none;
  border-bottom: 1px solid $border; padding: 6px 8px; font-weight: 600; }
QHeaderView::section:hover { color: $text; }
QHeaderView::up-arrow, QHeaderView::down-arrow { width: 14px; height: 14px;
  subcontrol-position: center right; right: 2px; }
QHeaderView::up-arrow { image: url("${arrows}up-$shade.svg"); }
QHeaderView::down-arrow { image: url("${arrows}down-$shade.svg"); }
QTableCornerButton::section { background: $surface; border: none; }
QListView { background: $surface; border: 1px solid $border; border-radius: 8px; }
QListWidget::item { padding: 6px 8px; border-radius: 4px; }
QListWidget::item:selected { background: $selection; color: $text; }
QListView[role="strip"] { background: transparent; border: none; }
QListView[role="plain"] { background: transparent; border: none; }
QScrollArea { background: transparent; border: none; }
QScrollArea > QWidget > QWidget { background: transparent; }
QSplitter::handle { background: transparent; }

QProgressBar { background: $stage; border: none; border-radius: 4px;
  max-height: 8px; min-height: 8px; }
QProgressBar::chunk { background: $accent; border-radius: 4px; }

QScrollBar:vertical { background: transparent; width: 12px; margin: 2px; }
QScrollBar:horizontal { background: transparent; height: 12px; margin: 2px; }
QScrollBar::handle { background: $border; border-radius: 4px; min-height: 32px; min-width: 32px; }
QScrollBar::handle:hover { background: $muted; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
""")


def make_style_sheet(theme: Theme, resources: Path) -> str:
    """What Fusion and the palette can't say: rounding, padding, borders, arrows."""
    muted = QColor(theme.muted)
    accent = QColor(theme.accent)
    return _STYLE.substitute(
        {name: value for name, value in vars(theme).items() if isinstance(value, str)},
        faded=f"rgba({muted.red()}, {muted.green()}, {muted.blue()}, 150)",
        arrows=f"{(resources / 'style').as_posix()}/",
        shade="dark" if theme.dark else "light",
        accent_hover=(accent.lighter(112) if theme.dark else accent.darker(112)).name(),
    )


def scaled_font(font: QFont, factor: float, *, bold: bool = False) -> QFont:
    """A copy of `font` in another of the three sizes."""
    result = QFont(font)
    if font.pointSizeF() > 0:
        result.setPointSizeF(font.pointSizeF() * factor)
    else:
        result.setPixelSize(max(1, round(font.pixelSize() * factor)))
    if bold:
        result.setWeight(QFont.Weight.DemiBold)
    return result


class Appearance(QObject):
    """Keeps the program in the theme the user chose: `system`, `light` or `dark`."""

    changed = Signal()

    def __init__(
        self,
        app: QApplication,
        resources: Path,
        choice: str = "system",
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent or app)
        self._app = app
        self._resources = resources
        self._choice = choice
        self._theme: Theme | None = None
        app.setStyle("Fusion")
        app.styleHints().colorSchemeChanged.connect(self._refresh)
        self.choose(choice)

    @property
    def choice(self) -> str:
        return self._choice

    def choose(self, choice: str) -> None:
        """Switch to `system`, `light` or `dark` at once."""
        self._choice = choice
        scheme = {"light": Qt.ColorScheme.Light, "dark": Qt.ColorScheme.Dark}
        # Qt 6.8 can ask the platform, which makes the title bar follow.
        self._app.styleHints().setColorScheme(scheme.get(choice, Qt.ColorScheme.Unknown))
        self._refresh()

    def _refresh(self) -> None:
        system_dark = self._app.styleHints().colorScheme() is Qt.ColorScheme.Dark
        dark = self._choice == "dark" or (self._choice == "system" and system_dark)
        theme = DARK if dark else LIGHT
        if theme is self._theme:
            return
        self._theme = theme
        # Qt goes through its list of all widgets and calls Python code on the way. If that set off
        # a collection, widgets that nobody needs any more would go, and Qt crash at the next one.
        with no_garbage_collection():
            self._app.setPalette(make_palette(theme))
            self._app.setStyleSheet(make_style_sheet(theme, self._resources))
        self.changed.emit()
