"""Which of a few texts stands in a line: likelihoods instead of the recogniser's best guess.

Reading small print, the recogniser often gives the right digits the second place. When the
catalogue leaves only a few numbers possible, comparing their likelihoods decides cases in which its
first choice fits none of them. The likelihood is that of the best CTC path (Graves et al., 2006)
that spells the text anywhere in the line, relative to the best path of all.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

_IMPOSSIBLE = -1e9

_Array = npt.NDArray[np.float64]


def path_scores(
    probabilities: npt.NDArray[np.float32], texts: Sequence[str], classes: Mapping[str, int]
) -> _Array:
    """How much less likely than the best reading it is that each text stands in the line.

    Args:
        probabilities: steps x classes, as the recogniser gives them; class 0 is the blank.
        texts: what may be there; other text may stand before and after it.
        classes: class of each character.

    Returns:
        One value a text, in nats: 0 is as good as the best reading. A text with a character that
        the recogniser doesn't know gets a very large negative value.
    """
    logs = np.log(np.maximum(probabilities, 1e-7)).astype(np.float64)
    best_of_step = logs.max(axis=1)
    labels, lengths = _with_blanks(texts, classes)
    rows = np.arange(len(texts))
    # A state may be entered from two before if no blank has to separate equal characters.
    skips = np.zeros(labels.shape, bool)
    skips[:, 3::2] = labels[:, 3::2] != labels[:, 1:-2:2]
    before = 0.0
    inside = np.full(labels.shape, _IMPOSSIBLE)
    after = np.full(len(texts), _IMPOSSIBLE)
    for step, best in zip(logs, best_of_step, strict=True):
        ends = np.maximum(inside[rows, lengths - 1], inside[rows, lengths - 2])
        reached = inside.copy()
        reached[:, 1:] = np.maximum(reached[:, 1:], inside[:, :-1])
        reached[:, 2:] = np.where(
            skips[:, 2:], np.maximum(reached[:, 2:], inside[:, :-2]), reached[:, 2:]
        )
        reached[:, :2] = np.maximum(reached[:, :2], before)
        after = np.maximum(after, ends) + best
        inside = reached + step[labels]
        before += best
    ends = np.maximum(inside[rows, lengths - 1], inside[rows, lengths - 2])
    scores: _Array = np.maximum(after, ends) - best_of_step.sum()
    unknown = [any(c not in classes for c in text) for text in texts]
    scores[np.array(unknown, bool)] = _IMPOSSIBLE
    return scores


def _with_blanks(
    texts: Sequence[str], classes: Mapping[str, int]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Each text as blank, character, blank, …, padded to one length, and the real lengths."""
    lengths = np.array([2 * len(text) + 1 for text in texts])
    labels = np.zeros((len(texts), max(int(lengths.max(initial=0)), 3)), np.int64)
    for row, text in enumerate(texts):
        labels[row, 1 : 2 * len(text) : 2] = [classes.get(c, 0) for c in text]
    return labels, lengths
