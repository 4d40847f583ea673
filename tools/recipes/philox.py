"""The random numbers of `Generator` in @core/tensor, bit for bit: Philox 4x32-10 (Salmon et al., 2011) on numpy."""

from __future__ import annotations

import numpy as np

MULTIPLIERS = np.uint64(0xD2511F53), np.uint64(0xCD9E8D57)
WEYL = 0x9E3779B9, 0xBB67AE85
WORD = np.uint64(0xFFFFFFFF)
HALF = np.uint64(32)


class Generator:
    """A key and a counter; each call takes whole blocks of four 32-bit words."""

    def __init__(self, seed: int) -> None:
        self.key = seed & 0xFFFFFFFF, seed >> 32
        self.counter = 0

    def fork(self) -> Generator:
        low, high = self.words(2)
        return Generator(int(low) | int(high) << 32)

    def words(self, count: int) -> np.ndarray:
        blocks = -(-count // 4)
        at = np.arange(self.counter, self.counter + blocks, dtype=np.uint64)
        self.counter += blocks
        c0, c1, c2, c3 = at & WORD, at >> HALF, np.zeros_like(at), np.zeros_like(at)
        k0, k1 = self.key
        for _ in range(10):
            p, q = c0 * MULTIPLIERS[0], c2 * MULTIPLIERS[1]
            c0, c1, c2, c3 = (q >> HALF) ^ c1 ^ np.uint64(k0), q & WORD, (p >> HALF) ^ c3 ^ np.uint64(k1), p & WORD
            k0, k1 = (k0 + WEYL[0]) & 0xFFFFFFFF, (k1 + WEYL[1]) & 0xFFFFFFFF
        return np.stack([c0, c1, c2, c3], 1).ravel()[:count]

    def integers(self, count: int, n: int) -> np.ndarray:
        """Whole numbers from 0 to n - 1."""
        return np.floor(self.words(count) / 2**32 * n).astype(np.int64)

    def uniform(self, shape: tuple[int, ...], low: float = 0, high: float = 1) -> np.ndarray:
        """float32 numbers from low to high, each operation rounded to float32."""
        start = np.float32(low)
        unit = (self.words(int(np.prod(shape))) >> np.uint64(8)).astype(np.float32) * np.float32(2**-24)
        return (start + (np.float32(high) - start) * unit).reshape(shape)

    def normal(self, shape: tuple[int, ...]) -> np.ndarray:
        """float32 numbers of mean 0 and deviation 1, two from two words by Box-Muller; the same up to rounding."""
        count = int(np.prod(shape))
        unit = (self.words(-(-count // 4) * 4) >> np.uint64(8)).reshape(-1, 2) / 2**24
        radius, angle = np.sqrt(-2 * np.log(unit[:, 0] + 2**-24)), 2 * np.pi * unit[:, 1]
        numbers = np.stack([radius * np.cos(angle), radius * np.sin(angle)], 1)
        return numbers.ravel()[:count].astype(np.float32).reshape(shape)
