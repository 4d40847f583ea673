"""Learned memory in PyTorch: the recipes that `npm run demo -- memory` is measured by.

    python3 tools/recipes/memory_tasks.py --task copy1 --cell gru --init chrono --seed 1 [--write]

trains one network and prints its curve as one line of JSON: after each hundred steps the accuracy (copy tasks: on the
recalled symbols only; chance is 1/8) or the mean squared error (adding problem: always answering 1 gives 0.167), on
1000 sequences that it was not trained on. With --write the curve goes to apps/demo/src/memory/fixtures/pytorch.json,
which the demo shows beside ours. Data and initial weights are drawn by the generator of @core/tensor (philox.py), so
both sides begin with the same weights and see the same batches: the same bits, but for the last one of an embedding.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path

import numpy as np
import torch
from philox import Generator
from torch import nn

TARGET = Path(__file__).parents[2] / 'apps/demo/src/memory/fixtures/pytorch.json'
ALPHABET, DELAY = 8, 100
BLANK, GO = ALPHABET, ALPHABET + 1
HELD_OUT, HELD_OUT_SEED = 1000, 1_000_000
HIDDEN, LR, CLIP, EVERY = 64, 3e-3, 1.0, 100
CELLS = {'rnn': nn.RNN, 'gru': nn.GRU, 'lstm': nn.LSTM}


class Copy:
    """`symbols` of the alphabet, blanks for the delay (the last of them says go), blanks: then recall them."""

    tokens, outputs = ALPHABET + 2, ALPHABET

    def __init__(self, symbols: int) -> None:
        self.symbols = symbols
        self.max_delay = 3 * DELAY // 2

    def draw(self, generator: Generator, batch: int):
        symbols = generator.integers(batch * self.symbols, ALPHABET).reshape(batch, self.symbols)
        tokens = np.full((batch, DELAY + 2 * self.symbols), BLANK)
        tokens[:, : self.symbols] = symbols
        tokens[:, self.symbols + DELAY - 1] = GO
        return torch.from_numpy(tokens), torch.from_numpy(symbols)

    def answer(self, head: nn.Module, states: torch.Tensor) -> torch.Tensor:
        return head(states[:, -self.symbols :])

    def loss(self, answer: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
        return nn.functional.cross_entropy(answer.flatten(0, 1), target.flatten())

    def score(self, answer: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
        return (answer.argmax(-1) == target).float().mean()


class Adding:
    """Numbers from 0 to 1, one marked in either half: the sum of the two (Hochreiter & Schmidhuber, 1997)."""

    tokens, outputs = None, 1
    length = max_delay = 200

    def draw(self, generator: Generator, batch: int):
        half = self.length // 2
        values = generator.uniform((batch, self.length))
        rows = np.arange(batch)
        first, second = generator.integers(batch, half), half + generator.integers(batch, half)
        marks = np.zeros_like(values)
        marks[rows, first] = marks[rows, second] = 1
        target = (values[rows, first] + values[rows, second])[:, None]
        return torch.from_numpy(np.stack([values, marks], -1)), torch.from_numpy(target)

    def answer(self, head: nn.Module, states: torch.Tensor) -> torch.Tensor:
        return head(states[:, -1])

    def loss(self, answer: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
        return nn.functional.mse_loss(answer, target)

    score = loss


TASKS = {'copy1': Copy(1), 'copy10': Copy(10), 'adding': Adding()}
STEPS = {'copy1': 1500, 'copy10': 3000, 'adding': 2000}
BATCH = {'copy1': 32, 'copy10': 64, 'adding': 32}


class Model(nn.Module):
    """An embedding of symbols, a recurrent layer, a linear one, as PyTorch begins them.

    With 'chrono' the gates begin open (Tallec & Ollivier, 2018).
    """

    def __init__(self, task, cell: str, init: str, generator: Generator) -> None:
        super().__init__()
        self.task = task
        self.embed = nn.Embedding(task.tokens, HIDDEN) if task.tokens else nn.Identity()
        self.rnn = CELLS[cell](HIDDEN if task.tokens else 2, HIDDEN, batch_first=True)
        self.head = nn.Linear(HIDDEN, task.outputs)
        # PyTorch's own distributions, drawn by our generator
        for_embed, for_rnn, for_head = generator.fork(), generator.fork(), generator.fork()
        bound = 1 / HIDDEN**0.5

        def draw(parameters, generator: Generator) -> None:
            for parameter in parameters:
                parameter.copy_(torch.from_numpy(generator.uniform(tuple(parameter.shape), -bound, bound)))

        with torch.no_grad():
            for parameter in self.embed.parameters():
                parameter.copy_(torch.from_numpy(for_embed.normal(tuple(parameter.shape))))
            draw(self.rnn.parameters(), for_rnn)
            draw(self.head.parameters(), for_head)
            if init == 'chrono' and cell != 'rnn':
                delays = torch.from_numpy(for_rnn.uniform((HIDDEN,), 1, task.max_delay - 1)).log()
                # GRU: r, z, n, where z keeps the past; LSTM: i, f, g, o, where f keeps and i writes
                gates = {1: delays} if cell == 'gru' else {1: delays, 0: -delays}
                for gate, bias in gates.items():
                    rows = slice(gate * HIDDEN, (gate + 1) * HIDDEN)
                    self.rnn.bias_ih_l0[rows] = bias
                    self.rnn.bias_hh_l0[rows] = 0

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.task.answer(self.head, self.rnn(self.embed(x))[0])


def train(name: str, cell: str, init: str, seed: int, steps: int, batch: int) -> dict:
    task = TASKS[name]
    generator = Generator(seed)
    model = Model(task, cell, init, generator.fork())
    data = generator.fork()
    held_out = task.draw(Generator(HELD_OUT_SEED), HELD_OUT)
    optimizer = torch.optim.Adam(model.parameters(), lr=LR)
    curve: list[list[float]] = []
    begin = time.perf_counter()

    def measure(step: int) -> None:
        with torch.no_grad():
            curve.append([step, round(task.score(model(held_out[0]), held_out[1]).item(), 7)])
        print(f'step {step}: {curve[-1][1]} after {time.perf_counter() - begin:.0f} s', file=sys.stderr, flush=True)

    measure(0)
    for step in range(1, steps + 1):
        x, target = task.draw(data, batch)
        optimizer.zero_grad()
        task.loss(model(x), target).backward()
        nn.utils.clip_grad_norm_(model.parameters(), CLIP)
        optimizer.step()
        if step % EVERY == 0 or step == steps:
            measure(step)
    return {'task': name, 'cell': cell, 'init': init, 'seed': seed, 'batch': batch, 'curve': curve}


def write(result: dict) -> None:
    """Puts a curve in the place of the one of the same training."""
    def key(one: dict) -> tuple:
        return one['task'], one['cell'], one['init'], one['seed']

    known = json.loads(TARGET.read_text()) if TARGET.exists() else []
    every = sorted([one for one in known if key(one) != key(result)] + [result], key=key)
    TARGET.write_text('[\n' + ',\n'.join('  ' + json.dumps(one) for one in every) + '\n]\n')


if __name__ == '__main__':
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--task', choices=TASKS, default='copy1')
    parser.add_argument('--cell', choices=CELLS, default='gru')
    parser.add_argument('--init', choices=['plain', 'chrono'], default='chrono')
    parser.add_argument('--seed', type=int, default=1)
    parser.add_argument('--steps', type=int, help='default: 1500 for copy1, 3000 for copy10, 2000 for adding')
    parser.add_argument('--write', action='store_true')
    given = parser.parse_args()
    steps = given.steps or STEPS[given.task]
    result = train(given.task, given.cell, given.init, given.seed, steps, BATCH[given.task])
    print(json.dumps(result))
    if given.write:
        write(result)
