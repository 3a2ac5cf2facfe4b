"""Problems and plans on disk: what is written is read again, and what is no such file is refused with its reason."""

import io
import json
import tracemalloc
import zipfile

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from zhike.adapters import allocation_files
from zhike.adapters.allocation_files import read_arrays, read_plan_arrays, write_plan, write_problem
from zhike.adapters.seal import SEAL
from zhike.core.errors import InputNotFoundError, InputUnreadableError, TruthSealedError
from zhike.govern.allocation_format import CUSTOMER_ARRAYS, PLAN_ARRAYS, PROBLEM_ARRAYS

BASE = {
    "indptr": np.array([0, 2, 2, 5]),
    "act": np.array([0, 1, 0, 2, 1], np.uint8),
    "val": np.array([5, 4, 3, 6, 2], np.float32),
    "cost": np.array([2, 1, 2, 3, 1], np.float32),
    "seg": np.array([0, 1, 1], np.uint8),
    "group": np.array([0, 0, 1], np.uint8),
    "use_group": np.int64(1),
    "k": np.int64(2),
    "W0": np.zeros((1, 2, 3)),
    "W1": np.ones((1, 2, 3)),
    "b": np.array([6.0]),
    "names": np.array(["预算 budget"]),
}
CAPS = {
    "cap_actions": np.array([[True, False, True], [True, True, True]]),
    "cap_limit": np.array([1, 2]),
    "cap_scope": np.array([0, 1], np.uint8),
    "cap_names": np.array(["calls", "all"]),
    "household": np.array([7, -2, 7]),
}
LABELS = {"customers": np.array(["C1", "C2", "客户3"]), "actions": np.array(["a", "b", "c"])}
PLAN = {
    "chosen": np.array([0, 3]),
    "prices": np.array([1.5]),
    "bound": 13.5,
    "objective": 11.0,
    "gap": 2.5 / 13.5,
    "status": "feasible",
    "b_kept": np.array([6.0]),
    "names": np.array(["预算 budget"]),
}


def same(one, other):
    assert set(one) == set(other)
    for name, array in one.items():
        assert np.array_equal(array, other[name]), name
        assert np.asarray(array).dtype == np.asarray(other[name]).dtype, name


def write_folder(folder, arrays, cuts=((0, 3),), **options):
    """Write a problem as a folder, a table for each stretch of customers."""
    folder.mkdir()
    np.savez(
        folder / "rows.npz", **{key: value for key, value in arrays.items() if key not in CUSTOMER_ARRAYS}
    )
    for number, (first, last) in enumerate(cuts):
        pq.write_table(table_of(arrays, first, last), folder / f"customers-{number:02}.parquet", **options)
    return folder


def table_of(arrays, first, last):
    ends = arrays["indptr"][first : last + 1]
    columns = {"seg": pa.array(arrays["seg"][first:last])}
    for name in ("act", "val", "cost"):
        values = pa.array(arrays[name][ends[0] : ends[-1]])
        columns[name] = pa.ListArray.from_arrays(pa.array(ends - ends[0], pa.int32()), values)
    if "household" in arrays:
        columns["household"] = pa.array(arrays["household"][first:last])
    if "customers" in arrays:
        columns["customer"] = pa.array(arrays["customers"][first:last].tolist(), pa.string())
    return pa.table(columns)


@pytest.mark.parametrize("more", [{}, CAPS, LABELS, CAPS | LABELS])
def test_a_problem_is_read_as_it_was_written(tmp_path, more):
    write_problem(tmp_path / "new" / "problem.npz", BASE | more | {"unknown": np.zeros(3)})
    same(read_arrays(tmp_path / "new" / "problem.npz"), BASE | more)
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["problem.npz"]


def test_caps_without_names_are_numbered(tmp_path):
    write_problem(tmp_path / "p.npz", BASE | {key: CAPS[key] for key in CAPS if key != "cap_names"})
    assert read_arrays(tmp_path / "p.npz")["cap_names"].tolist() == ["cap 0", "cap 1"]


def test_float64_and_compressed_files_are_read_too(tmp_path):
    arrays = BASE | {"val": BASE["val"].astype(float), "cost": BASE["cost"].astype(float)}
    np.savez_compressed(tmp_path / "p.npz", **arrays)
    same(read_arrays(tmp_path / "p.npz"), arrays)


@pytest.mark.parametrize("cuts", [[(0, 3)], [(0, 1), (1, 3)], [(0, 1), (1, 1), (1, 2), (2, 3)]])
@pytest.mark.parametrize("more", [{}, CAPS | LABELS])
def test_a_folder_holds_the_same_problem(tmp_path, cuts, more):
    same(read_arrays(write_folder(tmp_path / "p", BASE | more, cuts, row_group_size=1)), BASE | more)


def test_tables_may_differ_in_the_width_of_their_numbers(tmp_path):
    folder = write_folder(tmp_path / "p", BASE, [(0, 1)])
    wide = BASE | {"act": BASE["act"].astype(np.uint16), "val": BASE["val"].astype(float)}
    pq.write_table(table_of(wide, 1, 3), folder / "customers-01.parquet")
    same(read_arrays(folder), BASE | {"act": wide["act"], "val": wide["val"]})


def test_labels_that_are_codes_are_texts(tmp_path):
    folder = write_folder(tmp_path / "p", BASE)
    coded = table_of(BASE, 0, 3).append_column("customer", pa.array(["x", "y", "x"]).dictionary_encode())
    pq.write_table(coded, folder / "customers-00.parquet")
    assert read_arrays(folder)["customers"].tolist() == ["x", "y", "x"]


def refusal(read, path):
    with pytest.raises(InputUnreadableError) as caught:
        read(path)
    assert str(path.name) in str(caught.value)
    return str(caught.value.data["what"])


@pytest.mark.parametrize("name", [name for name, spec in PROBLEM_ARRAYS.items() if spec.required])
def test_a_missing_array_is_named(tmp_path, name):
    np.savez(tmp_path / "p.npz", **{key: value for key, value in BASE.items() if key != name})
    assert f"there is no array '{name}'" in refusal(read_arrays, tmp_path / "p.npz")


@pytest.mark.parametrize(("arrays", "what"), [
    ({"seg": np.zeros(2, int)}, "array 'indptr' is int64 (4) where int or uint (n+1 = 3) is needed"),
    ({"act": np.zeros(4, int)}, "array 'act' is int64 (4) where int or uint (nnz = 5) is needed"),
    ({"val": np.zeros(5, int)}, "array 'val' is int64 (5) where float (nnz = 5) is needed"),
    ({"W1": np.zeros((1, 2))}, "array 'W1' is float64 (1, 2) where float or int or uint (R = 1, S = 2, m = 3) is needed"),
    ({"k": np.array([2])}, "array 'k' is int64 (1) where int or uint () is needed"),
    ({"cap_limits": np.array([2])}, "there is no array 'cap_actions'; there is no array 'cap_limit'; there is no array 'cap_scope'"),
    ({name: CAPS[name] for name in CAPS if name != "household"}, "there is no array 'household'"),
    (CAPS | {"cap_actions": np.ones((2, 3), int)}, "array 'cap_actions' is int64 (2, 3) where bool (C = 2, m = 3) is needed"),
    ({"customers": np.array(["a"])}, "array 'customers' is <U1 (1) where text (n = 3) is needed"),
    ({"names": np.array([None], object)}, "Object arrays cannot be loaded when allow_pickle=False"),
])  # fmt: skip
def test_another_kind_or_shape_is_told(tmp_path, arrays, what):
    np.savez(tmp_path / "p.npz", **(BASE | arrays))
    assert what in refusal(read_arrays, tmp_path / "p.npz")


def test_contents_are_not_judged(tmp_path):
    odd = BASE | {"val": np.full(5, np.nan, np.float32), "indptr": np.array([3, 2, 1, 9])}
    write_problem(tmp_path / "p.npz", odd)
    assert np.isnan(read_arrays(tmp_path / "p.npz")["val"]).all()


@pytest.mark.parametrize("read", [read_arrays, read_plan_arrays])
def test_no_whole_file_is_refused(tmp_path, read):
    file, whole = tmp_path / "p.npz", io.BytesIO()
    np.savez(whole, **BASE)
    data = whole.getvalue()
    for content in (b"", b"no zip", data[:100], data[: len(data) // 2], data[:-10]):
        file.write_bytes(content)
        assert "cut off" in refusal(read, file)
    np.save(tmp_path / "p.npy", np.arange(3))
    assert "no .npz file" in refusal(read, tmp_path / "p.npy")


def test_a_damaged_array_is_refused(tmp_path):
    write_problem(tmp_path / "p.npz", BASE)
    data = bytearray((tmp_path / "p.npz").read_bytes())
    place = data.index(BASE["W1"].tobytes())
    data[place] ^= 1
    (tmp_path / "p.npz").write_bytes(data)
    assert "CRC" in refusal(read_arrays, tmp_path / "p.npz")


def test_an_array_that_claims_more_than_it_holds_is_refused(tmp_path):
    header = io.BytesIO()
    np.lib.format.write_array_header_1_0(
        header, {"descr": "<f4", "fortran_order": False, "shape": (1 << 40,)}
    )
    write_problem(tmp_path / "p.npz", {key: value for key, value in BASE.items() if key != "val"})
    with zipfile.ZipFile(tmp_path / "p.npz", "a") as file:
        file.writestr("val.npy", header.getvalue())
    refusal(read_arrays, tmp_path / "p.npz")


@pytest.mark.parametrize("read", [read_arrays, read_plan_arrays])
def test_what_is_not_there_is_told(tmp_path, read):
    with pytest.raises(InputNotFoundError):
        read(tmp_path / "none.npz")


@pytest.mark.parametrize("read", [read_arrays, read_plan_arrays])
def test_sealed_truth_is_refused(tmp_path, read):
    (tmp_path / SEAL).write_text(json.dumps({}))
    write_problem(tmp_path / "p.npz", BASE)
    with pytest.raises(TruthSealedError):
        read(tmp_path / "p.npz")


def test_a_folder_without_rows_or_tables_is_refused(tmp_path):
    folder = write_folder(tmp_path / "p", BASE, [])
    assert refusal(read_arrays, folder) == "no customers-*.parquet"
    (folder / "rows.npz").unlink()
    with pytest.raises(InputNotFoundError):
        read_arrays(folder)


LISTS = pa.list_(pa.uint8()), pa.list_(pa.float32())


@pytest.mark.parametrize(("columns", "what"), [
    ({"cost": None}, "no column cost"),
    ({"seg": pa.array(["a", "b", "c"])}, "column 'seg' of type string"),
    ({"act": pa.array([1, 2, 3])}, "column 'act' of type int64"),
    ({"val": pa.array([[1], [], [2, 3, 4]])}, "column 'val' of type list<element: int64>"),
    ({"seg": pa.array([0, None, 1], pa.uint8())}, "1 values of 'seg' are missing"),
    ({"act": pa.array([[0, 1], None, [0, 2, 1]], LISTS[0])}, "1 values of 'act' are missing"),
    ({"val": pa.array([[1.0, None], [], [2.0, 3.0, 4.0]], LISTS[1])}, "1 values of 'val' are missing"),
    ({"cost": pa.array([[1.0], [2.0], [2.0, 3.0, 4.0]], LISTS[1])}, "lists of different length in act, val, cost"),
    ({"customer": pa.array(["a", None, "c"])}, "1 values of 'customer' are missing"),
    ({"household": pa.array([1.0, 2.0, 3.0])}, "column 'household' of type double"),
])  # fmt: skip
def test_a_table_of_another_form_is_refused(tmp_path, columns, what):
    folder = write_folder(tmp_path / "p", BASE)
    table = table_of(BASE, 0, 3)
    for name, column in columns.items():
        table = table.drop_columns(name) if name in table.column_names else table
        table = table if column is None else table.append_column(name, column)
    pq.write_table(table, folder / "customers-00.parquet")
    with pytest.raises(InputUnreadableError) as caught:
        read_arrays(folder)
    assert str(caught.value.data["what"]) == what
    assert caught.value.data["path"].name == "customers-00.parquet"


def test_a_column_in_some_tables_only_is_refused(tmp_path):
    folder = write_folder(tmp_path / "p", BASE, [(0, 1)])
    pq.write_table(table_of(BASE | LABELS, 1, 3), folder / "customers-01.parquet")
    with pytest.raises(InputUnreadableError, match="only in this table or only in customers"):
        read_arrays(folder)


def test_a_damaged_table_is_refused(tmp_path):
    folder = write_folder(tmp_path / "p", BASE)
    (folder / "customers-00.parquet").write_bytes(b"PAR1 and nothing else")
    with pytest.raises(InputUnreadableError):
        read_arrays(folder)


def test_reading_takes_no_more_memory_than_the_arrays(tmp_path):
    n = 50_000
    large = BASE | {
        "indptr": np.arange(n + 1) * 20, "seg": np.zeros(n, np.uint8), "act": np.zeros(20 * n, np.uint8),
        "val": np.ones(20 * n, np.float32), "cost": np.ones(20 * n, np.float32),
    }  # fmt: skip
    write_problem(tmp_path / "p.npz", large)
    tracemalloc.start()
    arrays = read_arrays(tmp_path / "p.npz")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 1.2 * sum(array.nbytes for array in arrays.values())


def test_a_plan_is_read_as_it_was_written(tmp_path):
    write_plan(tmp_path / "plan.npz", PLAN)
    found = read_plan_arrays(tmp_path / "plan.npz")
    assert set(found) == set(PLAN_ARRAYS)
    assert all(np.array_equal(found[name], value) for name, value in PLAN.items())
    assert (found["chosen"].dtype, found["bound"].dtype, found["bound"].shape) == (np.int64, np.float64, ())
    with np.load(tmp_path / "plan.npz") as raw:
        assert str(raw["format"]) == "zhike-allocation/1"


def test_equal_plans_have_equal_bytes_at_any_time(tmp_path, monkeypatch):
    write_plan(tmp_path / "one.npz", PLAN)
    monkeypatch.setattr("time.time", lambda: 2_000_000_000.0)
    monkeypatch.setattr("time.localtime", lambda *_: (2033, 5, 18, 3, 33, 20, 2, 138, 0))
    write_plan(tmp_path / "two.npz", dict(reversed(PLAN.items())))
    assert (tmp_path / "one.npz").read_bytes() == (tmp_path / "two.npz").read_bytes()


def test_a_failed_write_leaves_the_former_file_and_nothing_else(tmp_path, monkeypatch):
    write_plan(tmp_path / "plan.npz", PLAN)
    before = (tmp_path / "plan.npz").read_bytes()

    def full(file, **_arrays):
        file.write(b"half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(allocation_files.np, "savez", full)
    with pytest.raises(OSError, match="No space"):
        write_plan(tmp_path / "plan.npz", PLAN | {"objective": 12.0})
    assert (tmp_path / "plan.npz").read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["plan.npz"]


def test_another_format_or_a_lacking_array_is_no_plan(tmp_path):
    np.savez(tmp_path / "p.npz", **PLAN)
    assert refusal(read_plan_arrays, tmp_path / "p.npz") == "format ''"
    np.savez(tmp_path / "p.npz", **PLAN, format="zhike-allocation/2")
    assert refusal(read_plan_arrays, tmp_path / "p.npz") == "format 'zhike-allocation/2'"
    lacking = {name: value for name, value in PLAN.items() if name not in ("gap", "prices")}
    np.savez(tmp_path / "p.npz", **lacking, format="zhike-allocation/1")
    assert (
        refusal(read_plan_arrays, tmp_path / "p.npz") == "there is no array 'prices'; there is no array 'gap'"
    )
