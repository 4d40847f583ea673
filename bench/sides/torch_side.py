"""PyTorch's side: `torch_side.py THREADS SHAPES [--once start|memory]`. The same protocol (protocol.mjs), shapes and numbers as the others."""

import json
import resource
import sys
import time

import numpy as np
import torch
from torch import nn

torch.set_num_threads(int(sys.argv[1]))
SHAPES = json.loads(sys.argv[2])
LEARNING, TEXT, BATCHES = SHAPES["learning"], SHAPES["text"], SHAPES["batches"]
MOMENTUM, WEIGHT_DECAY = SHAPES["momentum"], SHAPES["weightDecay"]


def bits(length, seed):
    z = np.arange(length, dtype=np.uint32) + np.uint32((seed * 0x9E3779B9 + 0x85EBCA6B) & 0xFFFFFFFF)
    z = (z ^ (z >> np.uint32(16))) * np.uint32(0x21F0AAAD)
    z = (z ^ (z >> np.uint32(15))) * np.uint32(0x735A2D97)
    return z ^ (z >> np.uint32(15))


def floats(shape, seed, bound=1.0):
    n = int(np.prod(shape))
    values = ((bits(n, seed) >> np.uint32(8)).astype(np.float64) / 2**23 - 1) * bound
    return torch.from_numpy(values.astype(np.float32).reshape(shape))


def integers(shape, seed, n):
    return torch.from_numpy((bits(int(np.prod(shape)), seed) % np.uint32(n)).astype(np.int64).reshape(shape))


def set_weights(model):
    with torch.no_grad():
        for k, p in enumerate(model.parameters()):
            if p.dim() == 1:
                p.zero_()
            else:
                p.copy_(floats(tuple(p.shape), 1000 + k, 1 / np.sqrt(np.prod(p.shape[1:]))))


class CharModel(nn.Module):
    def __init__(self, cell, hidden):
        super().__init__()
        self.embed = nn.Embedding(TEXT["vocabulary"], TEXT["embedding"])
        layer = {"rnn": nn.RNN, "gru": nn.GRU, "lstm": nn.LSTM}[cell]
        self.rnn = layer(TEXT["embedding"], hidden, batch_first=True)
        self.head = nn.Linear(hidden, TEXT["vocabulary"])

    def forward(self, tokens, state=None):
        output, state = self.rnn(self.embed(tokens), state)
        return self.head(output), state


def learning(name, count):
    spec = LEARNING[name]
    kind = spec["kind"]
    if kind == "mlp":
        sizes = spec["sizes"]
        layers = []
        for i, n in enumerate(sizes[1:]):
            layers.append(nn.Linear(sizes[i], n))
            if i < len(sizes) - 2:
                layers.append(nn.ReLU())
        model = nn.Sequential(*layers)
    elif kind == "cnn":
        model = nn.Sequential(
            nn.Conv2d(1, 16, 3, padding=1), nn.BatchNorm2d(16), nn.ReLU(), nn.MaxPool2d(2),
            nn.Conv2d(16, 32, 3, padding=1), nn.BatchNorm2d(32), nn.ReLU(), nn.MaxPool2d(2),
            nn.Flatten(), nn.Linear(32 * 49, 10),
        )
    else:
        model = CharModel(spec["cell"], spec["hidden"])
    set_weights(model)
    if kind == "cnn":
        with torch.no_grad():
            model[1].weight.fill_(1)
            model[5].weight.fill_(1)
    optimizer = torch.optim.SGD(model.parameters(), lr=spec["lr"], momentum=MOMENTUM, weight_decay=WEIGHT_DECAY)
    text = kind == "recurrent"
    batches = []
    for i in range(count):
        if text:
            shape = (TEXT["batch"], TEXT["time"])
            batches.append((integers(shape, 10 + i, TEXT["vocabulary"]), integers((shape[0] * shape[1],), 50 + i, TEXT["vocabulary"])))
        else:
            batch = spec["batch"]
            x = floats((batch, 784) if kind == "mlp" else (batch, 1, 28, 28), 10 + i)
            batches.append((x, integers((batch,), 50 + i, 10)))
    criterion = nn.CrossEntropyLoss()

    def step(i):
        x, y = batches[i % count]
        optimizer.zero_grad()
        out = model(x)[0].reshape(-1, TEXT["vocabulary"]) if text else model(x)
        loss = criterion(out, y)
        loss.backward()
        if text:
            nn.utils.clip_grad_norm_(model.parameters(), TEXT["clip"])
        optimizer.step()
        return loss.item()

    return step


def both_ways(f):
    xs = [floats((1024, 1024), seed).requires_grad_() for seed in (10, 11)]
    dy = floats((1024, 1024), 30)

    def step(i):
        x = xs[i % 2]
        (g,) = torch.autograd.grad(f(x), [x], [dy])
        return g[-1, -1].item()

    return step


def make(name, count=BATCHES):
    if name in LEARNING:
        return learning(name, count)
    if name.startswith("matmul"):
        n = int(name[6:])
        xs = [floats((n, n), seed) for seed in (10, 11)]
        y = floats((n, n), 20)
        return lambda i: (xs[i % 2] @ y)[-1, -1].item()
    if name == "lstmgen":
        model = CharModel("lstm", 128)
        set_weights(model)

        @torch.no_grad()
        def generate(i):
            token = torch.tensor([[i % TEXT["vocabulary"]]])
            state = (torch.zeros(1, 1, 128), torch.zeros(1, 1, 128))
            total = 0
            for _ in range(100):
                logits, state = model(token, state)
                token = logits.reshape(1, -1).argmax(1).reshape(1, 1)
                total += token.item()
            return total

        return generate
    if name == "smallops":
        b = floats((32,), 11)

        @torch.no_grad()
        def adds(i):
            x = floats_cache[i % 4]
            for _ in range(1000):
                x = x + b
            return x[0].item()

        floats_cache = [floats((32,), 12 + i) for i in range(4)]
        return adds
    if name == "chain":
        xs = [floats((1_000_000,), seed) for seed in (10, 11)]

        @torch.no_grad()
        def chain(i):
            return (xs[i % 2] * 2 + 1).relu().tanh().sum().item()

        return chain
    if name == "softmax":
        return both_ways(lambda x: torch.softmax(x, 1))
    if name == "layernorm":
        return both_ways(lambda x: nn.functional.layer_norm(x, (1024,)))
    return None


def say(message):
    print(json.dumps(message), flush=True)


ABOUT = {
    "threads": torch.get_num_threads(),
    "note": "",
    "version": torch.__version__,
    "vectors": torch.backends.cpu.get_cpu_capability(),
}


def peak():
    """Kilobytes. What getrusage says includes the parent's size at the time of the fork; Linux knows better."""
    try:
        with open("/proc/self/status") as status:
            return next(int(line.split()[1]) for line in status if line.startswith("VmHWM"))
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024 if sys.platform == "darwin" else 1)


def once(workload):
    if workload == "start":
        return {"result": make("mlp", 1)(0), "about": ABOUT}
    step = make("lstm-128")
    for i in range(SHAPES["stepsOfMemory"]):
        result = step(i)
    return {"result": result, "megabytes": peak() / 1024, "about": ABOUT}


def serve():
    say({"ready": ABOUT})
    step, i = None, 0
    for line in sys.stdin:
        message = json.loads(line)
        try:
            if "workload" in message:
                i = 0
                step = make(message["workload"])
                say({"supported": step is not None})
                continue
            results, times, check = [], [], message.get("check")
            begin = now = time.perf_counter()
            while True:
                results.append(step(i))
                i += 1
                last, now = now, time.perf_counter()
                times.append((now - last) * 1000)
                spent = (now - begin) * 1000
                wanting = len(times) < check if check else len(times) < 3 or spent < message["milliseconds"]
                if not wanting or spent >= message["limit"]:
                    break
            say({"results": results, "times": times})
        except Exception as error:  # the runner reports it beside the workload
            step = None
            say({"error": str(error).split("\n")[0]})


if "--once" in sys.argv:
    say(once(sys.argv[sys.argv.index("--once") + 1]))
else:
    serve()
