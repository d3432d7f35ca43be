"""Fits the networks that read question and evidence; a part of `python -m assistant.calibration`.

In: the `Pair`s of gold questions, whether each is answered, what it counts. Out: an
`attention.Committee`, and for each pair the log-odds by those of it that were fitted without it.
torch.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import torch
from safetensors.numpy import save_file
from torch import nn

from assistant.attention import EXACT, FILE, MOST, PLACES, READ, SUREST, Committee, Network, Pair

# A wide network knows the documents that it has read of better, a narrow one is surer of others:
# each way to part the questions has its own.
WIDTHS = (112, 64)
_PLACE = 4
_HIDDEN = 32
_DROPPED = 0.3
# The share of the words that a pass leaves out, so that no single one decides.
_WORDS_DROPPED = 0.1
_EPOCHS = 20
_RATE = 2e-3
_DECAY = 0.05
_BATCH = 128
# Batches are cut from this many batches' pairs in order of length, so that little is padding.
_SORTED = 16
_FAR = -1e4


class _Module(nn.Module):
    """`attention.Network` with gradients, for pairs in batches."""

    def __init__(self, vectors: torch.Tensor, lengths: torch.Tensor, width: int):
        """Unit word vectors (n + 1, d), the first that of no word; log lengths (n + 1, 1); what
        each word is projected to."""
        super().__init__()
        self.vectors, self.lengths = vectors, lengths
        self.project = nn.Linear(vectors.shape[1], width, bias=False)
        self.asked = nn.Conv1d(width, width, 3, padding=1)
        self.found = nn.Conv1d(width, width, 3, padding=1)
        self.place = nn.Embedding(PLACES + 1, _PLACE)
        row = 4 * width + 2 * PLACES + 1 + _PLACE
        self.compare = nn.Sequential(
            nn.Linear(row, width), nn.ReLU(), nn.Dropout(_DROPPED), nn.Linear(width, width),
            nn.ReLU(),
        )  # fmt: skip
        self.attend = nn.Linear(width, 1, bias=False)
        self.sharpness = nn.Parameter(torch.tensor(10.0))
        self.out = nn.Sequential(
            nn.Linear(2 * width + READ + 1, _HIDDEN), nn.ReLU(), nn.Dropout(_DROPPED),
            nn.Linear(_HIDDEN, 1),
        )  # fmt: skip

    def forward(self, asked, found, places, told):
        """Log-odds (b,) of words (b, q), (b, e) with their places and what else is told (b, t)."""
        if self.training:
            # The first word is kept: a question without words has no log-odds.
            found = _without_some(found)
            asked = torch.cat((asked[:, :1], _without_some(asked[:, 1:])), 1)
        no_question, no_evidence = asked == 0, (found == 0)[:, None]
        a, f = (nn.functional.embedding(each, self.vectors) for each in (asked, found))
        near = torch.bmm(a, f.transpose(1, 2)).masked_fill(no_evidence, -1.0)
        best = torch.stack(
            [
                near.masked_fill((places != place + 1)[:, None], -1.0).amax(2)
                for place in range(PLACES)
            ],
            2,
        )
        share = torch.softmax((self.sharpness * near).masked_fill(no_evidence, _FAR), 2)
        # A batch has some hundreds of words, each a dozen times: a word is projected once.
        words, at = torch.unique(torch.cat((asked.flatten(), found.flatten())), return_inverse=True)
        words = self.project(self.vectors[words])
        a = _in_context(words, at[: asked.numel()].view(asked.shape), self.asked)
        f = _in_context(words, at[asked.numel() :].view(found.shape), self.found)
        a, f = _dropped(a, self.training), _dropped(f, self.training)
        met = torch.bmm(share, f)
        row = torch.cat(
            (
                a, met, a * met, (a - met).abs(), best, (best > EXACT).float(),
                self.lengths[asked], torch.bmm(share, self.place(places)),
            ),
            2,
        )  # fmt: skip
        row = self.compare(row)
        weight = torch.softmax(self.attend(row)[..., 0].masked_fill(no_question, _FAR), 1)
        most = row.masked_fill(no_question[..., None], _FAR).amax(1)
        whole = torch.cat(((weight[..., None] * row).sum(1), most, told), 1)
        return self.out(whole)[:, 0]


def _in_context(words: torch.Tensor, at: torch.Tensor, conv: nn.Conv1d) -> torch.Tensor:
    """Rows (b, l, w) of `words` (u, w), by their places (b, l) there, each with its neighbours."""
    before, here, after = (
        nn.functional.embedding(at, words @ conv.weight[:, :, which].T) for which in range(3)
    )
    around = here + conv.bias
    around = around + nn.functional.pad(before[:, :-1], (0, 0, 1, 0))
    around = around + nn.functional.pad(after[:, 1:], (0, 0, 0, 1))
    return nn.functional.embedding(at, words) + torch.tanh(around)


def _without_some(words: torch.Tensor) -> torch.Tensor:
    """The words (b, l), some of them 0: no word."""
    return words.masked_fill(torch.rand(words.shape) < _WORDS_DROPPED, 0)


def _dropped(rows: torch.Tensor, training: bool) -> torch.Tensor:
    """The rows (b, l, w) without a share of the columns, others for each pair."""
    if not training:
        return rows
    kept = torch.rand(len(rows), 1, rows.shape[2]) >= _DROPPED
    return rows * kept / (1 - _DROPPED)


def fit(
    found: Sequence[Pair],
    labels: np.ndarray,
    counts_as: np.ndarray,
    vectors: np.ndarray,
    width: int = WIDTHS[0],
    seed: int = 0,
    epochs: int = _EPOCHS,
) -> Network:
    """The network for `found`, labels (n,) 1 where the question is answerable; `counts_as` (n,)
    is what each counts, `vectors` (w, d) the word vectors."""
    torch.manual_seed(seed)
    module = _Module(*_words(vectors), width)
    wanted, counts = (torch.tensor(each, dtype=torch.float32) for each in (labels, counts_as))
    padded = _padded(found)
    optimiser = torch.optim.AdamW(module.parameters(), lr=_RATE, weight_decay=_DECAY)
    steps = epochs * -(-len(found) // _BATCH)
    pace = torch.optim.lr_scheduler.OneCycleLR(optimiser, _RATE, total_steps=steps + 1)
    for _ in range(epochs):
        for batch in _batches(padded):
            odds = module(*_rows(padded, batch))
            loss = nn.functional.binary_cross_entropy_with_logits(
                odds, wanted[batch], counts[batch]
            )
            optimiser.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(module.parameters(), 1.0)
            optimiser.step()
            pace.step()
    return Network({name: each.detach().numpy() for name, each in module.state_dict().items()})


def fit_committee(
    found: Sequence[Pair],
    labels: np.ndarray,
    counts_as: np.ndarray,
    vectors: np.ndarray,
    folds: np.ndarray,
    fingerprint: str = "",
) -> tuple[np.ndarray, Committee]:
    """One network for each fold of each of the ways to part `found`, `folds` (len(WIDTHS), n),
    fitted to the other folds. Of each pair the log-odds (n,) by those that have not seen it, one a
    way; all of them as a committee, which a new question has in full."""
    odds = np.zeros(folds.shape)
    members = []
    for way, (fold_of, width) in enumerate(zip(folds, WIDTHS, strict=True)):
        for fold in np.unique(fold_of):
            seen, held = np.flatnonzero(fold_of != fold), np.flatnonzero(fold_of == fold)
            given = [found[at] for at in seen], labels[seen], counts_as[seen]
            network = fit(*given, vectors, width, seed=len(members))
            odds[way, held] = [network.odds(found[at], vectors) for at in held]
            members.append(network)
    return odds.mean(0).clip(-SUREST, SUREST), Committee(tuple(members), fingerprint)


def save_committee(committee: Committee, file: Path = FILE) -> None:
    """Writes what `attention.load_committee` reads, at half precision."""
    weights = {
        f"{at}.{name}": each.astype(np.float16)
        for at, member in enumerate(committee.members)
        for name, each in member.weights.items()
    }
    save_file(weights, str(file), {"fingerprint": committee.fingerprint})


def _words(vectors: np.ndarray) -> tuple[torch.Tensor, torch.Tensor]:
    """Unit vectors (w + 1, d) and log lengths (w + 1, 1), the first of no word."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    none = np.zeros((1, vectors.shape[1]))
    unit = np.concatenate((none, vectors / np.maximum(lengths, 1e-6)))
    logs = np.concatenate((np.zeros((1, 1)), np.log(np.maximum(lengths, 1e-3))))
    return torch.tensor(unit, dtype=torch.float32), torch.tensor(logs, dtype=torch.float32)


def _padded(found: Sequence[Pair]) -> tuple[torch.Tensor, ...]:
    """Questions (n, q), evidence (n, MOST), places (n, MOST), what else is told (n, t)."""

    def together(rows: Sequence[Sequence[int]], width: int) -> torch.Tensor:
        table = np.zeros((len(rows), width), np.int64)
        for at, row in enumerate(rows):
            table[at, : len(row)] = row
        return torch.tensor(table)

    longest = max(len(each.question) for each in found)
    return (
        together([each.question for each in found], longest),
        together([each.evidence for each in found], MOST),
        together([each.places for each in found], MOST),
        torch.tensor([each.told for each in found], dtype=torch.float32),
    )


def _batches(padded: tuple[torch.Tensor, ...]) -> Iterator[torch.Tensor]:
    """All rows by chance, those of like length together."""
    length = 3 * (padded[0] > 0).sum(1) + (padded[1] > 0).sum(1)
    batches = []
    for chunk in torch.randperm(len(length)).split(_BATCH * _SORTED):
        batches += chunk[torch.argsort(length[chunk])].split(_BATCH)
    for at in torch.randperm(len(batches)):
        yield batches[at]


def _rows(padded: tuple[torch.Tensor, ...], batch: torch.Tensor) -> tuple[torch.Tensor, ...]:
    """The rows of a batch without the columns that none of them fills."""
    asked, found, places, told = (each[batch] for each in padded)
    q, e = int((asked > 0).sum(1).max()), max(int((found > 0).sum(1).max()), 1)
    return asked[:, : max(q, 1)], found[:, :e], places[:, :e], told
