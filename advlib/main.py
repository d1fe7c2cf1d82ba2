"""The command line: `advlib list`, `advlib run NAME` and `advlib verify NAME`."""

import os
import sys
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Sequence
from concurrent.futures import BrokenExecutor
from pathlib import Path

from advlib.data import MissingData
from advlib.experiments import CATALOGUE
from advlib.experiments.verification import Verdict, choose, guesses, stored, verify
from advlib.sweep import StoreError, cells, finish, tabulate
from advlib.sweep.comparison import same_maker
from advlib.sweep.outputs import check_outputs
from advlib.sweep.provenance import effort, provenance, save
from advlib.sweep.workers import dask, local

INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code.

    Examples
    --------
    >>> main(["list"])  # doctest: +ELLIPSIS
    two-layers    Bubeck et al. 2021, Figures 1 and 2, one hidden layer (book: 42 cells, paper: 66 cells)
    ...
    0
    """
    given = list(sys.argv[1:] if arguments is None else arguments)
    options = parser().parse_args(given)
    options.command = " ".join(["advlib", *given])
    try:
        code = int(options.do(options))
        sys.stdout.flush()
    except BrokenPipeError:  # whoever read what is printed has left, as `head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except KeyboardInterrupt:
        print(f"\nStopped.{resuming(options)}", file=sys.stderr)
        return INTERRUPTED
    except BrokenExecutor:
        print(f"advlib: a worker was killed, perhaps for want of memory.{resuming(options)}", file=sys.stderr)
        return 1
    except StoreError as error:
        print(f"advlib: {error}", file=sys.stderr)
        return 1
    except (ImportError, OSError, ValueError, MissingData) as error:
        cell = "".join(f" ({note})" for note in getattr(error, "__notes__", []))
        print(f"advlib: {error}{cell}{resuming(options)}", file=sys.stderr)
        return 1
    return code


def resuming(options: Namespace) -> str:
    """Say how to go on, once a store has been begun."""
    begun = getattr(options, "begun", None)
    return f"\nFinished cells are in {begun}; the same command goes on from there." if begun else ""


def listing(options: Namespace) -> int:
    """Print what can be run."""
    for name, entry in CATALOGUE.items():
        sizes = ", ".join(f"{scale}: {len(cells(grid))} cells" for scale, grid in entry.grids.items())
        print(f"{name:{max(map(len, CATALOGUE))}}  {entry.summary} ({sizes})")
    return 0


def run(options: Namespace) -> int:
    """Run one experiment and write its table and provenance."""
    entry = CATALOGUE[options.name]
    out = options.out or Path(f"{options.name}-{options.scale}.csv")
    store = options.store or out.with_suffix(".jsonl")
    check_outputs(out, store)
    options.begun = store
    origin = provenance(options.command, options.seed)
    on_cluster = options.executor != "local"
    where = dask(options.executor.removeprefix("dask:")) if on_cluster else local(options.workers)
    with where as executor:
        finished = finish(
            entry.experiment,
            entry.grids[options.scale],
            seed=options.seed,
            store=store,
            executor=executor,
            redraw_old=options.redraw_old,
        )
    save(tabulate(finished), out, origin | effort(finished, None if on_cluster else options.workers))
    print(f"{len(finished)} rows in {out}")
    return 0


def verification(options: Namespace) -> int:
    """Draw some cells of a stored table again and say of each whether it comes out as it is stored."""
    table = stored(options.name)
    seconds = guesses(table)
    places = choose(seconds, options.cells, options.seconds, options.seed)
    how = "to be equal: same processor, torch and numpy" if same_maker(table.record) else "made by another machine"
    likely = sum(seconds[place] for place in places)
    print(f"{options.name}: {len(places)} of {len(table.cells)} cells again, some {likely:.0f} s, {how}", flush=True)
    verdicts = []
    for verdict in verify(table, places, options.seconds):
        verdicts.append(verdict)
        print(worded(verdict), flush=True)
    differing = sum(bool(verdict.differs) for verdict in verdicts)
    verified = sum(not verdict.unverified for verdict in verdicts)
    print(f"{options.name}: {verified} cells verified, {differing} differ, {len(verdicts) - verified} not verified")
    return 1 if differing else 0


def worded(verdict: Verdict) -> str:
    """Say what came of a cell.

    Examples
    --------
    >>> worded(Verdict({"dim": 3}, 0.25, []))
    "  as stored, 0.2 s: {'dim': 3}"
    """
    if verdict.unverified:
        return f"  not verified, {verdict.unverified}: {verdict.cell}"
    if not verdict.differs:
        return f"  as stored, {verdict.seconds:.1f} s: {verdict.cell}"
    found = "; ".join(f"{column} is stored as {was!r}, came as {came!r}" for column, was, came in verdict.differs)
    return f"  DIFFERS, {verdict.seconds:.1f} s: {verdict.cell}: {found}"


def parser() -> ArgumentParser:
    """The options of the command line."""
    top = ArgumentParser(prog="advlib", description="Run the experiments of the book.")
    actions = top.add_subparsers(dest="action", required=True)
    actions.add_parser("list", help="list the experiments").set_defaults(do=listing)
    named = {"choices": CATALOGUE, "metavar": "NAME", "help": f"one of {', '.join(CATALOGUE)}"}
    _run_options(actions.add_parser("run", help="run one; stopped in any way, the same command goes on"), named)
    _verify_options(actions.add_parser("verify", help="draw cells of a stored table again and compare"), named)
    return top


def _run_options(run_parser: ArgumentParser, named: dict) -> None:
    add = run_parser.add_argument
    add("name", **named)
    add("--scale", choices=["book", "paper"], required=True, help="minutes, or the papers' own sizes")
    add("--executor", type=_executor, default="local", metavar="local|dask:ADDRESS")
    add("--workers", type=_positive, default=os.cpu_count(), help="local processes, by default one a core")
    add("--seed", type=_seed, default=0)
    add("--store", type=Path, help="finished cells, by default beside the table (NAME-SCALE.jsonl)")
    add("--out", type=Path, help="the table, a file that ends in .csv, by default NAME-SCALE.csv")
    add("--redraw-old", action="store_true", help="draw cells of the store anew whose code has changed since")
    run_parser.set_defaults(do=run)


def _verify_options(verify_parser: ArgumentParser, named: dict) -> None:
    add = verify_parser.add_argument
    add("name", **named)
    add("--cells", type=_positive, default=3, help="how many, by default 3")
    add("--seconds", type=_positive, default=60, help="how long at most, by default 60")
    add("--seed", type=_seed, default=0, help="chooses the cells; the table has its own")
    verify_parser.set_defaults(do=verification)


def _executor(text: str) -> str:
    if text != "local" and not (text.startswith("dask:") and text != "dask:"):
        raise ArgumentTypeError(f"must be local or dask:ADDRESS, such as dask:tcp://10.0.0.1:8786, got {text}")
    return text


def _seed(text: str) -> int:
    if not text.isdecimal():
        raise ArgumentTypeError(f"must be an integer from 0 up, got {text}")
    return int(text)


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise ArgumentTypeError(f"must be a positive integer, got {text}")
    return int(text)
