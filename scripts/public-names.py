"""Writes src/code/python/policy/PublicNames.ts: what a checked module may use of each module that it may import.

Run with the python3 whose names are to be taken, numpy installed:  python3 scripts/public-names.py
"""

import importlib
import io
import textwrap
import types
import warnings

warnings.simplefilter("ignore")

MODULES = """__future__ abc array bisect calendar cmath collections collections.abc contextlib copy dataclasses datetime
decimal enum fractions functools hashlib heapq itertools json json.decoder json.encoder logging math numbers operator
random re statistics string sys time typing warnings
numpy numpy.fft numpy.linalg numpy.polynomial numpy.random numpy.typing numpy.lib.stride_tricks""".split()

# What reads or writes files, looks attributes up by name, evaluates text, makes classes from values, or changes
# what other modules see.
LEFT_OUT = {
    "abc": "abstractclassmethod get_cache_token update_abstractmethods",
    "calendar": "main different_locale",
    "contextlib": "chdir redirect_stderr redirect_stdout",
    "dataclasses": "make_dataclass Field fields",
    "enum": "EnumMeta EnumType EnumDict global_enum global_enum_repr global_flag_repr global_str show_flag_values verify "
    "pickle_by_enum_name pickle_by_global_name",
    "functools": "singledispatch singledispatchmethod update_wrapper WRAPPER_ASSIGNMENTS WRAPPER_UPDATES",
    "hashlib": "file_digest",
    "json": "dump load",
    "logging": "FileHandler Handler StreamHandler setLoggerClass setLogRecordFactory getLoggerClass getLogRecordFactory "
    "getHandlerByName getHandlerNames shutdown lastResort raiseExceptions captureWarnings BufferingFormatter Filter "
    "Formatter LogRecord LoggerAdapter makeLogRecord",
    "operator": "attrgetter methodcaller",
    "string": "Formatter",
    "time": "clock_settime clock_settime_ns tzset pthread_getcpuclockid",
    "typing": "ForwardRef get_type_hints get_args get_origin get_overloads clear_overloads no_type_check no_type_check_decorator "
    "evaluate_forward_ref get_protocol_members IO TextIO BinaryIO",
    "warnings": "showwarning formatwarning warn_explicit",
    "numpy": "load save savez savez_compressed savetxt loadtxt genfromtxt fromfile fromregex memmap DataSource test "
    "show_config show_runtime get_include info source lookfor ndarray.tofile recarray record setbufsize bmat matrix asmatrix",
    "numpy.random": "test set_state MT19937 Philox",
    "numpy.linalg": "test",
    "numpy.fft": "test",
    "numpy.polynomial": "test",
    "numpy.lib.stride_tricks": "as_strided",
}

# Newer and older versions have these besides; names of C modules come from the documentation.
BESIDES = {
    "collections": "Counter OrderedDict",
    "copy": "replace",
    "datetime": "UTC",
    "itertools": "batched",
    "math": "cbrt exp2 fma nextafter sumprod ulp",
    "random": "binomialvariate",
    "re": "NOFLAG PatternError",
    "statistics": "kde kde_random",
    "logging": "root",
    "typing": "NoDefault ReadOnly TypeAliasType TypeIs get_protocol_members is_protocol override ByteString",
    "warnings": "deprecated",
    "numpy": "Inf Infinity NaN NINF PINF NZERO PZERO alltrue asfarray bool8 cumproduct float_ complex_ find_common_type "
    "in1d infty int0 msort product round_ row_stack sometrue string_ trapz trapezoid unicode_ uint0 acos acosh asin "
    "asinh atan atan2 atanh concat permute_dims pow matrix_transpose vecdot unstack cumulative_sum cumulative_prod",
}


def reaches(value):
    """A module, an open file, or an object of either is no name to hand out."""
    return isinstance(value, (types.ModuleType, io.IOBase))


# A few harmless ones of modules that are otherwise refused.
ONLY = {"sys": "argv byteorder exit float_info getsizeof maxsize platform stderr stdout version version_info"}


def names_of(name):
    if name in ONLY:
        return sorted(ONLY[name].split()), False
    module = importlib.import_module(name)
    exported = getattr(module, "__all__", None) or [
        key
        for key, value in vars(module).items()
        if not key.startswith("_") and getattr(value, "__module__", name) in (name, None, f"_{name}")
    ]
    found = {key for key in exported if hasattr(module, key) and not reaches(getattr(module, key))}
    found |= set(BESIDES.get(name, "").split())
    found -= set(LEFT_OUT.get(name, "").split())
    hidden = [key for key in exported if not key.startswith("_") and key not in found]
    return sorted(key for key in found if not key.startswith("_")), not hidden


rows, starred = [], []
for name in MODULES:
    names, whole = names_of(name)
    rows.append((name, names))
    if whole:
        starred.append(name)

out = [
    "/** Made by `scripts/public-names.py`: of each module that may be imported, the functions, classes and constants to use. */",
    'import { words } from "../../Words.js"',
    "",
    "export const PUBLIC_NAMES: Readonly<Record<string, string>> = {",
]
for index, (name, names) in enumerate(rows):
    out.append(f'  "{name}": `')
    out += textwrap.wrap(" ".join(names), 116, initial_indent="    ", subsequent_indent="    ", break_on_hyphens=False)
    out.append("  `" + ("," if index < len(rows) - 1 else ""))
out += ["}", "", "/** Those of which `from x import *` brings nothing else. */", "export const STARRED = words(`"]
out += textwrap.wrap(" ".join(starred), 116, initial_indent="    ", subsequent_indent="    ") + ["`)"]
with open("src/code/python/policy/PublicNames.ts", "w") as file:
    file.write("\n".join(out) + "\n")
