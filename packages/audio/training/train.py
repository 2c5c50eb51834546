"""train.py FEATURES... --out FILE [--hold VOICE,VOICE] [--epochs N]: trains the network that tells a voice in the foreground. See README.md.

Needs numpy only. FEATURES is what extract.ts wrote, without its ending; FILE is that of weights (little-endian 32-bit floats).
"""
import argparse
import json

import numpy as np

LEVELS, INSIDE = 57, 256
parser = argparse.ArgumentParser()
parser.add_argument("features", nargs="+")
parser.add_argument("--out", required=True)
parser.add_argument("--hold", default="", help="voices to leave out and to test on")
parser.add_argument("--epochs", type=int, default=12)
parser.add_argument("--hidden", type=int, default=40)
parser.add_argument("--sums", type=int, default=14)
parser.add_argument("--drop", type=float, default=0.25)
parser.add_argument("--decay", type=float, default=1e-3)
args = parser.parse_args()
rng = np.random.default_rng(1)

meta, rows = [], []
for name in args.features:
    meta += json.load(open(name + ".json"))
    rows.append(np.fromfile(name + ".f32", dtype="<f4").reshape(-1, 1 + LEVELS + INSIDE))
rows = np.concatenate(rows)
frames = np.array([m["frames"] for m in meta])
first = np.r_[0, np.cumsum(frames)[:-1]]
label, x_all = rows[:, 0].copy(), rows[:, 1:]
mean, spread = x_all.mean(0), x_all.std(0) + 1e-2
x_all = np.clip((x_all - mean) / spread, -5, 5)
held = [v for v in args.hold.split(",") if v]
train = [i for i, m in enumerate(meta) if m["voice"] not in held]
test = [i for i, m in enumerate(meta) if m["voice"] in held] or train[::7]
H, K = args.hidden, args.sums
D = LEVELS + K


def sigmoid(v):
    return 1 / (1 + np.exp(-v))


def start(*shape):
    return (rng.standard_normal(shape) / np.sqrt(shape[0])).astype(np.float32)


# inside: sums of Silero's values; w, u, b: gates reset, update, new; o, s, c: what the score takes from state and input.
p = dict(inside=start(INSIDE, K), w=start(D, 3 * H), u=start(H, 3 * H) * 0.7, b=np.zeros(3 * H, np.float32), o=start(H),
         s=np.zeros(D, np.float32), c=np.zeros(1, np.float32))


def forward(batch, drop):
    steps, n = frames[batch].max(), len(batch)
    x = np.zeros((steps, n, LEVELS + INSIDE), np.float32)
    y = np.full((steps, n), -1, np.float32)
    for j, i in enumerate(batch):
        x[: frames[i], j] = x_all[first[i] : first[i] + frames[i]]
        y[: frames[i], j] = label[first[i] : first[i] + frames[i]]
    if drop:
        x *= ((rng.random((1, n, LEVELS + INSIDE)) > drop) / (1 - drop)).astype(np.float32)
    u = np.concatenate([x[:, :, :LEVELS], x[:, :, LEVELS:] @ p["inside"]], 2)
    gates = u @ p["w"] + p["b"]
    h = np.zeros((n, H), np.float32)
    states, kept = [h], []
    for t in range(steps):
        g = h @ p["u"]
        r, z = sigmoid(gates[t, :, :H] + g[:, :H]), sigmoid(gates[t, :, H : 2 * H] + g[:, H : 2 * H])
        new = np.tanh(gates[t, :, 2 * H :] + r * g[:, 2 * H :])
        h = (1 - z) * new + z * h
        states.append(h)
        kept.append((r, z, new, g[:, 2 * H :]))
    states = np.stack(states)
    return x, y, u, states, kept, states[1:] @ p["o"] + u @ p["s"] + p["c"]


def backward(x, y, u, states, kept, score):
    known = y >= 0
    d = ((sigmoid(score) - y) * known / known.sum()).astype(np.float32)
    g = dict(o=np.einsum("tb,tbh->h", d, states[1:]), s=np.einsum("tb,tbd->d", d, u), c=np.array([d.sum()], np.float32),
             u=np.zeros_like(p["u"]))
    dgates = np.zeros((*y.shape, 3 * H), np.float32)
    dh = np.zeros_like(states[0])
    for t in range(len(y) - 1, -1, -1):
        dh = dh + d[t][:, None] * p["o"]
        r, z, new, fed = kept[t]
        dz = dh * (states[t] - new) * z * (1 - z)
        dnew = dh * (1 - z) * (1 - new * new)
        dr = dnew * fed * r * (1 - r)
        back = np.concatenate([dr, dz, dnew * r], 1)
        g["u"] += states[t].T @ back
        dgates[t] = np.concatenate([dr, dz, dnew], 1)
        dh = dh * z + back @ p["u"].T
    flat = dgates.reshape(-1, 3 * H)
    g["w"], g["b"] = u.reshape(-1, D).T @ flat, flat.sum(0)
    du = d[:, :, None] * p["s"] + (flat @ p["w"].T).reshape(u.shape)
    g["inside"] = x[:, :, LEVELS:].reshape(-1, INSIDE).T @ du[:, :, LEVELS:].reshape(-1, K)
    q = np.clip(sigmoid(score), 1e-7, 1 - 1e-7)
    return g, float(-(known * (y * np.log(q) + (1 - y) * np.log(1 - q))).sum() / known.sum())


def area(good, bad):
    rank = np.concatenate([good, bad]).argsort().argsort() + 1
    return (rank[: len(good)].sum() - len(good) * (len(good) + 1) / 2) / len(good) / len(bad)


def report():
    found = {}
    for at in range(0, len(test), 64):
        batch = np.array(test[at : at + 64])
        _, y, _, _, _, score = forward(batch, 0)
        for j, i in enumerate(batch):
            pair = found.setdefault((meta[i]["kind"], meta[i]["snrDb"]), ([], []))
            for value in (1, 0):
                pair[1 - value].append(score[: frames[i], j][y[: frames[i], j] == value])
    for key in sorted(found):
        good, bad = map(np.concatenate, found[key])
        print(f"  {key[0]} {key[1]} dB: area {area(good, bad):.3f}, found {(good > 0).mean():.2f}, false {(bad > 0).mean():.2f}")


m1, m2 = {k: np.zeros_like(v) for k, v in p.items()}, {k: np.zeros_like(v) for k, v in p.items()}
step = 0
for epoch in range(args.epochs):
    order = np.array(train)[rng.permutation(len(train))]
    order = order[np.argsort(frames[order] + rng.integers(0, 60, len(order)))]
    batches = [order[a : a + 32] for a in range(0, len(order), 32)]
    loss = 0
    for index in rng.permutation(len(batches)):
        g, one = backward(*forward(batches[index], args.drop))
        loss += one
        step += 1
        rate = 0.004 * min(1, step / 30) * (0.5 * (1 + np.cos(np.pi * epoch / args.epochs)) + 0.02)
        for k in p:
            grad = g[k] * min(1, 1 / (np.linalg.norm(g[k]) + 1e-9))
            m1[k] = 0.9 * m1[k] + 0.1 * grad
            m2[k] = 0.99 * m2[k] + 0.01 * grad * grad
            move = m1[k] / (1 - 0.9**step) / (np.sqrt(m2[k] / (1 - 0.99**step)) + 1e-8)
            p[k] -= (rate * (move + (args.decay if p[k].ndim > 1 else 0) * p[k])).astype(np.float32)
    print(f"epoch {epoch + 1}: loss {loss / len(batches):.4f}", flush=True)
report()
parts = [[LEVELS, K, H, INSIDE], mean, 1 / spread, p["inside"].T, p["w"].T, p["b"], p["u"].T, p["o"], p["s"], p["c"]]
np.concatenate([np.asarray(part, "<f4").ravel() for part in parts]).astype("<f4").tofile(args.out)
