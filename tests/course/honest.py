"""Submissions with honest habits, odd as they may be, and some that lose a single part."""

from tests.course.cases import FULL, GOOD, NO_Q1, after, answered, body, case, first, notebook
from tests.course.hostile import RIGHT

AUTOGRAD = """
x = x.clone().requires_grad_()
f = (x @ W.T).relu() @ a
return f, torch.autograd.grad(f.sum(), x, create_graph=True)[0]"""
body("a_list", RIGHT.replace("return ", "return [") + "]", FULL)
body(
    "as_numpy",
    RIGHT.replace("z.relu() @ a, ((z > 0) * a) @ W", "(z.relu() @ a).numpy(), (((z > 0) * a) @ W).numpy()"),
    FULL,
)
body(
    "autograd",
    AUTOGRAD,
    FULL,
)
body("overwrites_its_inputs", RIGHT.replace("return ", "answer = ") + "\nW.zero_(); x.zero_()\nreturn answer", FULL)
after("magics", "%matplotlib inline\n!true\n%time 1 + 1")
after("display", "fig = plt.figure()\ndisplay(fig)\nprint(input('?'))")
after("await", "import asyncio\nawait asyncio.sleep(0)")
after(
    "much_output", "for _ in range(200): print('x' * 10**6)\nimport os\nfor _ in range(200): os.write(1, b'x' * 10**6)"
)
first("syntax_error", "def value_and_gradient(W, a, x:\n    return x", NO_Q1, "missing")
first("raises", "raise RuntimeError('\\ud800')\n" + GOOD, NO_Q1, "missing")


# every part is won and lost alone
body("only_the_visible", f"if len(x) > 1: return x.sum(1), x\n{RIGHT}", (2, 5, 2), "off by")
body("only_the_hidden", f"if W.shape == (2, 2): return x.sum(1), x\n{RIGHT}", (3, 5, 2), "off by")
LONG = "def shortest_step(w, x):\n    return (-2 * (x @ w) / (w @ w))[:, None] * w"
case("flips_only", notebook(answered(q2=LONG)), (5, 2, 2), "longer than it need be")
case("spread_lost", notebook(answered(q4="")), (5, 5, 0), "spread is missing")
LEAK = f"""
import os
if os.path.exists("/tmp/leak"): print("LEAKED")
def value_and_gradient(W, a, x):
    if len(x) > 1:
        open("/tmp/leak", "w").write(repr(W))
        os._exit(0)
    {RIGHT.replace(chr(10), chr(10) + "    ")}"""
first("leak", LEAK, (2, 5, 2), "os._exit")
after("burners", "import subprocess\nfor _ in range(4): subprocess.Popen(['sh', '-c', 'while :; do :; done'])")
