"""Time the allocation over all customers against HiGHS, the PDLP of OR-tools, DuaLip and two greedies, on the same instances.

    python benchmarks/speed/allocation.py [--instances S M ...] [--python RIVALS/bin/python] [--xl]

Each solver runs in a process of its own with one numeric thread. Seconds are those of solving: reading the file, building the linear
program and compiling are left out; peak memory is that of the whole process. Nothing that a solver says of itself is used: its
point's value and loads, and the bound that its prices prove, are computed from the problem in float64 by another process, and a
plan of this solver must pass `zhike verify`. A gap is the distance to the lowest bound that any solver of the run proved.
Rivals whose package the interpreter named with ``--python`` lacks are left out. Solvers that are named with ``--solvers`` run on every
instance; else rivals do not on the large ones, and the simplex method only on the smallest. Exit code 1
when a plan of this solver is not verified or breaks a row.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib.metadata
import importlib.util
import json
import math
import os
import resource
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from allocation_made_up import CASES, made

HERE = Path(__file__).resolve()
REPOSITORY = HERE.parent.parent.parent
GENERATOR = REPOSITORY.parent / "shared" / "bench" / "allocation_instances.py"
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
NOT_INSTALLED = 3
PATIENCE = 5
"""Limit by the clock, in limits of processor time: other work on the machine, and building the linear program, take their share."""
WHOLE = 1e-6
PDLP_ACCURACY = 1e-4
DUALIP = {"iterations": 100, "gamma": 1e-3, "first_step": 1e-3, "most_step": 0.1, "mean_value": 0.03}
"""Gamma and steps are those of DuaLip's own benchmark, and so is about the mean value that the values are scaled to."""


def main():
    arguments = parsed()
    if arguments.worker:
        WORKERS[arguments.worker](arguments)
        return
    names = arguments.instances or [name for name in CASES if name != "XL" or arguments.xl]
    done = {}
    for name in names:
        with tempfile.TemporaryDirectory(dir=arguments.folder) as folder:
            done[name] = compared(name, arguments, Path(folder))
        show(name, done[name])
        if arguments.json:
            arguments.json.write_text(json.dumps(done, indent=1) + "\n", "utf-8")
    own = [row for case in done.values() for one, row in case["solvers"].items() if one.startswith("zhike")]
    sys.exit(0 if all(map(sound, own)) else 1)


def sound(row):
    return row["outcome"] == "done" and not row["failures"] and row["row_excess"] == row["cap_excess"] == 0


def parsed():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--instances", nargs="+", choices=CASES, metavar="NAME", help=", ".join(CASES))
    parser.add_argument("--xl", action="store_true", help="also 10 M customers: this solver and the greedies")
    parser.add_argument("--solvers", nargs="+", choices=SOLVERS, metavar="NAME", help=", ".join(SOLVERS))
    parser.add_argument("--python", default=sys.executable, help="interpreter that has the rivals' packages")
    parser.add_argument("--limit", type=float, default=120, help="seconds of processor time for one solution")
    parser.add_argument("--runs", type=int, default=3, help="runs of this solver; the fastest is compared")
    parser.add_argument("--seed", type=int, default=1, help="of the instances")
    parser.add_argument(
        "--generator", type=Path, default=GENERATOR, help="module with generate(n, m, k, family, seed)"
    )
    parser.add_argument("--folder", help="where instances are kept meanwhile: 2 GB for the largest")
    parser.add_argument("--json", type=Path, help="write all figures here")
    parser.add_argument("--worker", choices=WORKERS, help=argparse.SUPPRESS)
    parser.add_argument("--problem", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--answer", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--name", help=argparse.SUPPRESS)
    return parser.parse_args()


def compared(name, arguments, folder):
    """Let every solver solve one instance; return its size and what they found."""
    problem = folder / "problem.npz"
    words = ("--generator", arguments.generator, "--seed", arguments.seed)
    size = told(called(sys.executable, "make", name, problem, folder / "none", *words))
    solvers = [one for one in arguments.solvers or chosen(name) if fits(one, name)]
    rows = {one: solved(one, problem, folder, arguments) for one in solvers}
    bounds = [row["bound"] for row in rows.values() if row.get("bound") is not None]
    fastest = rows.get("zhike", {}).get("cpu")
    for row in rows.values():
        if "objective" in row and bounds:
            best = min(bounds)
            row["gap"] = (best - row["objective"]) / abs(best)
            row["bound_above"] = None if row["bound"] is None else (row["bound"] - best) / abs(best)
            row["times_this"] = row["cpu"] / fastest if fastest else None
    return {**size, "seed": arguments.seed, "bound": min(bounds, default=None), "solvers": rows}


def chosen(name):
    """Return the solvers of an instance unless they are named: rivals leave out what is far too large for them."""
    if CASES[name].large:
        return [one for one in SOLVERS if one not in RIVALS]
    return [one for one in SOLVERS if one != "zhike-2" and (one != "highs-simplex" or name == "S")]


def fits(solver, name):
    return solver != "dualip" or CASES[name].family == "match"


def solved(solver, problem, folder, arguments):
    """Run a solver in a process of its own, this one several times, and have its answer judged in another."""
    answer, runs = folder / "answer.npz", []
    interpreter = arguments.python if solver in RIVALS else sys.executable
    for _ in range(arguments.runs if solver.startswith("zhike") else 1):
        run = called(interpreter, solver, "", problem, answer, "--limit", arguments.limit)
        if run["outcome"] != "done":
            return run
        runs.append({**run, **told(run)})
    spent = [run["cpu"] for run in runs]
    best = min(runs, key=lambda run: run["cpu"])
    judged = told(called(sys.executable, "judge", solver, problem, answer))
    answer.unlink()
    return {
        "outcome": "done", "cpu_runs": spent, "cpu": best["cpu"], "cpu_median": statistics.median(spent), "wall": best["wall"],
        "peak_mb": max(run["peak_mb"] for run in runs), "version": best["version"], "note": best["note"], **judged,
    }  # fmt: skip


def called(interpreter, worker, name, problem, answer, *more):
    """Run this script as a worker; return its words, whether it finished, and the peak memory of its process."""
    command = [
        interpreter, "-W", "ignore", HERE, "--worker", worker, "--name", name, "--problem", problem, "--answer", answer, *more,
    ]  # fmt: skip
    limit = PATIENCE * float(more[more.index("--limit") + 1]) if "--limit" in more else None
    with (
        tempfile.TemporaryFile("w+") as out,
        subprocess.Popen([*map(str, command)], stdout=out, env=os.environ | ONE_THREAD) as process,
    ):
        status, usage, late = waited(process, limit)
        out.seek(0)
        words = out.read()
    outcome = {0: "done", NOT_INSTALLED: "not installed", -signal.SIGXCPU: "not finished"}
    outcome = "not finished" if late else outcome.get(status, f"left with {status}")
    if worker in {"make", "judge"} and outcome != "done":
        sys.exit(f"'{worker}' {outcome}")
    return {"outcome": outcome, "words": words, "peak_mb": usage.ru_maxrss / 1024}


def waited(process, limit):
    """Wait for a process, at most so many seconds; return how it left, what it used, and whether it was ended."""
    until = time.monotonic() + (limit or math.inf)
    while True:
        done, status, usage = os.wait4(process.pid, os.WNOHANG)
        if done:
            process.returncode = os.waitstatus_to_exitcode(status)
            return process.returncode, usage, time.monotonic() > until
        if time.monotonic() > until:
            process.kill()
        time.sleep(0.02)


def told(run):
    """Return what a worker printed last; solvers print before it what they like."""
    return json.loads(run.pop("words").splitlines()[-1])


def show(name, case):
    print(
        f"\n{name}, seed {case['seed']}, from {case['generator']}: {case['customers']:,} customers, {case['variables']:,} variables, "
        f"{case['rows']} rows; lowest bound {case['bound'] or math.nan:,.3f}"
    )
    print(
        f"{'':16}{'cpu s':>9}{'median':>9}{'times':>8}{'wall s':>9}{'peak MB':>9}{'value':>17}{'gap':>10}{'bound':>10}"
        f"{'rows':>9}{'caps':>9}  fractional"
    )
    for solver, row in case["solvers"].items():
        print(f"{LABELS[solver]:16}{shown(row)}")


def shown(row):
    if row["outcome"] == "not installed":
        return "  not installed"
    if row["outcome"] != "done":
        return f"  {row['outcome']:40}{row['peak_mb']:11,.0f}"
    figures = (
        f"{row['cpu']:9.2f}{row['cpu_median']:9.2f}{row.get('times_this') or math.nan:8.2f}{row['wall']:9.2f}{row['peak_mb']:9,.0f}"
        f"{row['objective']:17,.2f}{row.get('gap', math.nan):10.1e}"
    )
    proved = f"{'-':>10}" if row["bound"] is None else f"{row['bound_above']:10.1e}"
    notes = " ".join([row["note"], *row["failures"]])
    return f"{figures}{proved}{row['row_excess']:9.1e}{row['cap_excess']:9.1e}  {row['fractional']:,} {notes}".rstrip()


def make(arguments):
    """Make one instance and write it."""
    given = arguments.generator if arguments.generator.is_file() else HERE.with_name("allocation_made_up.py")
    spec = importlib.util.spec_from_file_location("generator", given)
    generator = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(generator)
    problem = made(CASES[arguments.name], generator.generate, arguments.seed)
    np.savez(arguments.problem, **problem)
    sizes = {"customers": len(problem["seg"]), "variables": len(problem["val"]), "rows": len(problem["b"])}
    print(json.dumps({**sizes, "generator": given.stem}))


def solve(arguments):
    """Solve the problem of a file with one solver, timed, and write what it found."""
    with np.load(arguments.problem) as file:
        problem = {name: file[name] for name in file.files}
    try:
        run, answer, package = SOLVERS[arguments.worker](problem)
    except ModuleNotFoundError:
        if arguments.worker not in RIVALS:
            raise
        sys.exit(NOT_INSTALLED)
    limit = math.ceil(time.process_time() + arguments.limit)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (limit, limit + 60))
    wall, cpu = time.perf_counter(), time.process_time()
    found = run()
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    resource.setrlimit(resource.RLIMIT_CPU, (limit + 60, limit + 60))
    kept = answer(found)
    note = kept.pop("note", "")
    np.savez(arguments.answer, **kept)
    version = importlib.metadata.version(package)
    print(json.dumps({"cpu": cpu, "wall": wall, "version": f"{package} {version}", "note": note}))


def zhike(problem, threads=1):
    from zhike.decide.allocation import Problem, allocate, warm

    asked = Problem.of(problem)
    warm(asked)

    def answer(found):
        stated = ("chosen", "prices", "objective", "bound", "gap", "status")
        plan = {name: getattr(found, name) for name in stated}
        plan |= {"b_kept": found.kept, "names": list(asked.names)}
        note = "relaxed" if found.status == "relaxed" else ""
        return {**plan, "places": found.chosen, "amounts": np.ones(len(found.chosen)), "note": note}

    return lambda: allocate(asked, np.random.default_rng(0), threads=threads), answer, "zhike"


def highs(problem, method):
    import highspy

    matrix, limits = linear_program(problem)
    model, program = highspy.Highs(), highspy.HighsLp()
    options = {"output_flag": False, "threads": 1, "solver": method, "run_crossover": "off"}
    for name, value in options.items():
        model.setOptionValue(name, value)
    program.num_row_, program.num_col_ = matrix.shape
    program.col_cost_ = -problem["val"].astype(float)
    program.col_lower_, program.col_upper_ = np.zeros(matrix.shape[1]), np.ones(matrix.shape[1])
    program.row_lower_, program.row_upper_ = np.full(len(limits), -highspy.kHighsInf), limits
    program.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    program.a_matrix_.start_, program.a_matrix_.index_ = matrix.indptr, matrix.indices
    program.a_matrix_.value_ = matrix.data
    model.passModel(program)

    def answer(_):
        status, solution = model.modelStatusToString(model.getModelStatus()), model.getSolution()
        note = "" if status == "Optimal" else status
        return point(problem, solution.col_value, -np.array(solution.row_dual), note)

    return model.run, answer, "highspy"


def pdlp(problem):
    from ortools.pdlp import solve_log_pb2, solvers_pb2
    from ortools.pdlp.python import pdlp as solver

    matrix, limits = linear_program(problem)
    program = solver.QuadraticProgram()
    program.resize_and_initialize(matrix.shape[1], matrix.shape[0])
    program.objective_vector = -problem["val"].astype(float)
    program.variable_lower_bounds = np.zeros(matrix.shape[1])
    program.variable_upper_bounds = np.ones(matrix.shape[1])
    program.constraint_lower_bounds, program.constraint_upper_bounds = np.full(len(limits), -np.inf), limits
    program.constraint_matrix = matrix
    wanted = solvers_pb2.PrimalDualHybridGradientParams(num_threads=1)
    accuracy = wanted.termination_criteria.simple_optimality_criteria
    accuracy.eps_optimal_relative = accuracy.eps_optimal_absolute = PDLP_ACCURACY

    def answer(found):
        reason = solve_log_pb2.TerminationReason.Name(found.solve_log.termination_reason)
        note = "" if reason.endswith("_OPTIMAL") else reason
        return point(problem, found.primal_solution, -np.asarray(found.dual_solution), note)

    return lambda: solver.primal_dual_hybrid_gradient(program, wanted), answer, "ortools"


def dualip(problem):
    """One row a variable, one action a customer, rows scaled to length 1; it has no rule to stop by."""
    import torch
    from dualip.objectives.matching import MatchingInputArgs, MatchingSolverDualObjectiveFunction
    from dualip.optimizers.agd import AcceleratedGradientDescent
    from dualip.preprocessing.precondition import jacobi_precondition
    from dualip.projections import create_projection_map

    torch.set_num_threads(1)
    customers, rows = len(problem["seg"]), len(problem["b"])
    scale = DUALIP["mean_value"] / problem["val"].mean()
    index = (torch.from_numpy(problem["indptr"]), torch.from_numpy(problem["act"].astype(np.int64)))
    use, value = (
        torch.sparse_csc_tensor(*index, torch.from_numpy(column), size=(rows, customers))
        for column in (problem["cost"].copy(), -scale * problem["val"])
    )
    limits = torch.from_numpy(problem["b"].astype(np.float32))
    norms = jacobi_precondition(use, limits)
    everybody = create_projection_map("simplex", {"z": 1.0}, customers)
    objective = MatchingSolverDualObjectiveFunction(
        MatchingInputArgs(use, value, everybody, limits), DUALIP["gamma"]
    )
    solver = AcceleratedGradientDescent(
        DUALIP["iterations"], DUALIP["gamma"], DUALIP["first_step"], DUALIP["most_step"], save_primal=True,
        iteration_callback=lambda *_: None,
    )  # fmt: skip

    def answer(found):
        shares, prices = found.objective_result.primal_var, (found.dual_val / norms).numpy() / scale
        return point(problem, shares.numpy(), prices, f"{DUALIP['iterations']} iterations")

    return lambda: solver.maximize(objective, torch.zeros_like(limits)), answer, "dualip"


def point(problem, amounts, prices, note):
    """Return what is judged of a solution: amounts other than 0, and prices of the shared rows, 0 or more."""
    amounts = np.asarray(amounts, dtype=np.float64)
    places = np.flatnonzero(amounts)
    prices = np.maximum(prices[: len(problem["b"])].astype(np.float64), 0.0)
    return {"places": places, "amounts": amounts[places], "prices": prices, "note": note}


def linear_program(problem):
    """Return matrix and limits: the shared rows, a row a customer, and one a customer's group of which several actions are open."""
    from scipy.sparse import csc_matrix

    shared, customers, variables = len(problem["b"]), len(problem["seg"]), len(problem["val"])
    customer = np.repeat(np.arange(customers), np.diff(problem["indptr"]))
    cell = problem["seg"][customer].astype(np.int64) * problem["W0"].shape[2] + problem["act"]
    at, of, by = [(shared + customer).astype(np.int32)], [np.arange(variables)], [np.ones(variables)]
    limits = [problem["b"], np.full(customers, float(problem["k"]))]
    for row, (unit, cost) in enumerate(zip(problem["W0"], problem["W1"], strict=True)):
        used = np.flatnonzero(((unit != 0) | (cost != 0)).ravel()[cell])
        at.append(np.full(len(used), row, dtype=np.int32))
        by.append(unit.ravel()[cell[used]] + cost.ravel()[cell[used]] * problem["cost"][used])
        of.append(used)
    if problem["use_group"]:
        group = problem["group"][problem["act"]].astype(np.int64)
        _, which, size = np.unique(
            customer * (group.max() + 1) + group, return_inverse=True, return_counts=True
        )
        used = np.flatnonzero(size[which] > 1)
        at.append((shared + customers + np.cumsum(size > 1)[which[used]] - 1).astype(np.int32))
        by.append(np.ones(len(used)))
        of.append(used)
        limits.append(np.ones(np.count_nonzero(size > 1)))
    limits = np.concatenate(limits)
    entries = (np.concatenate(by), (np.concatenate(at), np.concatenate(of)))
    return csc_matrix(entries, shape=(len(limits), variables)), limits


def greedy(problem, measure):
    """Take what is best by some measure and fits: first for each floor, the scarcest first, until it holds; then all else."""
    import numba

    pick = numba.njit(taken_in_order)
    customer = np.repeat(np.arange(len(problem["seg"]), dtype=np.int32), np.diff(problem["indptr"]))
    columns = [problem[name] for name in ("act", "val", "cost", "seg", "group")]
    tables = [np.ascontiguousarray(problem[name].transpose(1, 2, 0)) for name in ("W0", "W1")]
    rest = (*columns, int(problem["use_group"]), int(problem["k"]), *tables, problem["b"])
    capacity = problem["b"] > 0
    share = np.where(capacity, 1 / np.where(capacity, problem["b"], 1.0), 0.0)
    unit, by_cost = (table @ share for table in tables)

    def run():
        cell = (problem["seg"][customer], problem["act"])
        score = problem["val"]
        if measure == "density":
            score = score / np.maximum(unit[cell] + by_cost[cell] * problem["cost"], 1e-12)
        served = np.bincount(np.ravel_multi_index(cell, unit.shape), minlength=unit.size)
        helpers = served @ (tables[0] < 0).reshape(unit.size, -1)
        floors = np.flatnonzero(~capacity)
        return pick(np.argsort(-score), floors[np.argsort(helpers[floors])], customer, *rest)

    def answer(chosen):
        places = np.flatnonzero(chosen)
        return {"places": places, "amounts": np.ones(len(places)), "prices": np.full(len(share), np.nan)}

    pick(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64), customer, *rest)
    return run, answer, "numba"


def taken_in_order(  # noqa: PLR0913, PLR0917 - compiled loops take flat arguments
    order, floors, customer, act, val, cost, seg, group, use_group, k, unit, by_cost, limit
):
    """Return which variables are taken; compiled."""
    chosen, load = np.zeros(len(act), np.bool_), np.zeros(len(limit))
    count, held = np.zeros(len(seg), np.int64), np.full((len(seg), k), -1)
    for phase in range(len(floors) + 1):
        floor = floors[phase] if phase < len(floors) else -1
        for p in order:
            if floor >= 0 and load[floor] <= limit[floor]:
                break
            i, s, j = customer[p], seg[customer[p]], act[p]
            if val[p] <= 0 or chosen[p] or count[i] >= k or (floor >= 0 and unit[s, j, floor] >= 0):
                continue
            fits = True
            for slot in range(count[i]):
                fits &= use_group == 0 or held[i, slot] != group[j]
            for r in range(len(limit)):
                use = unit[s, j, r] + by_cost[s, j, r] * cost[p]
                fits &= use <= 0 or load[r] + use <= limit[r]
            if fits:
                chosen[p], held[i, count[i]] = True, group[j]
                count[i] += 1
                for r in range(len(limit)):
                    load[r] += unit[s, j, r] + by_cost[s, j, r] * cost[p]
    return chosen


def judge(arguments):
    """Compute from the problem alone what an answer is worth, what it breaks, and what its prices prove."""
    from zhike.govern.allocation_instance import Instance
    from zhike.govern.selection_bound import selection_bound
    from zhike.govern.verification import verify

    with np.load(arguments.problem) as file, np.load(arguments.answer) as given:
        problem, answer = ({name: source[name] for name in source.files} for source in (file, given))
    instance = Instance.of(problem)
    prices, bound = answer["prices"], None
    if np.isfinite(prices).all():
        bound = selection_bound(instance, prices).gain + float(prices @ instance.limits)
    failures = []
    if "b_kept" in answer:
        failures = [failure.render() for failure in verify(problem, answer).failures]
    print(json.dumps({"bound": bound, **point_figures(instance, answer), "failures": failures}))


def point_figures(instance, answer):
    places, amounts = answer["places"], answer["amounts"]
    customer = np.searchsorted(instance.indptr, places, side="right") - 1
    action = instance.act[places].astype(np.int64)
    cell, cells = instance.cells(customer, action), instance.segments * instance.actions
    units = np.bincount(cell, amounts, cells)
    costs = np.bincount(cell, amounts * instance.cost[places], cells)
    rows = len(instance.limits)
    load = instance.fixed.reshape(rows, cells) @ units + instance.by_cost.reshape(rows, cells) @ costs
    excess = [float((amounts - 1).max(initial=0)), float((-amounts).max(initial=0))]
    excess.append(float(np.bincount(customer, amounts).max(initial=0) - instance.k))
    if instance.group is not None:
        key = customer * (int(instance.group.max()) + 1) + instance.group[action]
        _, which = np.unique(key, return_inverse=True)
        excess.append(float(np.bincount(which, amounts).max(initial=0) - 1))
    over = (load - instance.limits) / np.maximum(np.abs(instance.limits), 1.0)
    return {
        "objective": float(instance.val[places].astype(np.float64) @ amounts),
        "row_excess": max(0.0, float(over.max(initial=0))),
        "worst_row": instance.names[int(over.argmax())] if over.max(initial=0) > 0 else "",
        "cap_excess": max(0.0, *excess),
        "fractional": int(np.count_nonzero(np.abs(amounts - np.round(amounts)) > WHOLE)),
        "chosen": float(amounts.sum()),
    }


SOLVERS = {
    "zhike": zhike,
    "zhike-2": lambda problem: zhike(problem, threads=2),
    "greedy-density": lambda problem: greedy(problem, "density"),
    "greedy-value": lambda problem: greedy(problem, "value"),
    "highs-ipm": lambda problem: highs(problem, "ipm"),
    "highs-simplex": lambda problem: highs(problem, "simplex"),
    "pdlp": pdlp,
    "dualip": dualip,
}
RIVALS = {"highs-ipm": "highspy", "highs-simplex": "highspy", "pdlp": "ortools", "dualip": "dualip"}
LABELS = {
    "zhike": "this solver",
    "zhike-2": "  2 threads",
    "greedy-density": "greedy, density",
    "greedy-value": "greedy, value",
    "highs-ipm": "HiGHS interior",
    "highs-simplex": "HiGHS simplex",
    "pdlp": "OR-tools PDLP",
    "dualip": "DuaLip",
}
WORKERS = {"make": make, "judge": judge, **dict.fromkeys(SOLVERS, solve)}


if __name__ == "__main__":
    with contextlib.suppress(BrokenPipeError):
        main()
