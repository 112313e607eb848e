"""
Runs inside the python3 child: reads one job from standard input, imports what the module will import, gives up files,
network, processes and executable memory for good, and only then runs the module. Reports each answer as a line and
decides nothing: the verdict is reached outside, where the module has no access. Written for Python 3.8 and later.
"""
import sys
sys.dont_write_bytecode = True
import ast, importlib, importlib.util, json, operator, os, random, reprlib, signal, struct, time, types
import __future__, heapq, linecache, typing, warnings, weakref

FILE = "<algorithm>"
# What the standard library and numpy import on first use, when the filter no longer lets a file be opened.
LATE = {
    "datetime": ["_strptime"],
    "time": ["_strptime"],
    "numpy": ["numpy.random", "numpy.linalg", "numpy.fft", "numpy.polynomial", "numpy.ma"],
}
# By machine: the audit number, the number of seccomp(2), write, mmap, mprotect, and the calls that are always allowed:
# exit, exit_group, rt_sigreturn, restart_syscall, brk, munmap, mremap, madvise, futex, clock_gettime, clock_getres,
# clock_nanosleep, nanosleep, pselect6 and select (time.sleep before 3.11), gettimeofday, getrandom, sched_yield. No
# signal can be sent or handled anew, and no thread, process or file descriptor can be made.
CALLS = {
    "x86_64": (0xC000003E, 317, 1, 9, 10, [60, 231, 15, 219, 12, 11, 25, 28, 202, 228, 229, 230, 35, 270, 23, 96, 318, 24]),
    "aarch64": (0xC00000B7, 277, 64, 222, 226, [93, 94, 139, 128, 214, 215, 216, 233, 98, 113, 114, 115, 101, 72, 169, 278, 124]),
}


def imports_of(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, True
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module, True
            for alias in node.names:
                yield node.module + "." + alias.name, False


def is_public(name):
    """Not a package's __main__, which would run it."""
    return not any(part.startswith("_") for part in name.split("."))


def preload(tree, allowed):
    missing = set()
    wanted = [pair for pair in imports_of(tree) if pair[0].split(".")[0] in allowed and is_public(pair[0])]
    late = [(name, False) for top in {name.split(".")[0] for name, _ in wanted} for name in LATE.get(top, [])]
    tops = {name.split(".")[0] for name, _ in wanted}
    if any(importlib.util.find_spec(top) is None for top in tops):
        import site
        site.main()
    for name, required in wanted + late:
        try:
            importlib.import_module(name)
        except Exception:
            if required:
                missing.add(name.split(".")[0])
    return missing


def set_limits(resource, limits):
    for name, value in limits.items():
        kind = getattr(resource, name)
        hard = resource.getrlimit(kind)[1]
        if hard != resource.RLIM_INFINITY:
            value = min(value, hard)
        resource.setrlimit(kind, (value, value))


def filter_steps(machine, out):
    audit, _, write, mmap, mprotect, always = CALLS[machine]
    load, equal, has_bits, answer = 0x20, 0x15, 0x45, 0x06
    kill, deny, allow = 0x80000000, 0x00050001, 0x7FFF0000
    steps = [(load, 0, 0, 4), (equal, 1, 0, audit), (answer, 0, 0, kill), (load, 0, 0, 0)]
    for number in always:
        steps += [(equal, 0, 1, number), (answer, 0, 0, allow)]
    # write: to the three descriptors that are ours, and no other.
    steps += [(equal, 0, 6, write), (load, 0, 0, 16), (equal, 2, 0, 1), (equal, 1, 0, 2), (equal, 0, 1, out)]
    steps += [(answer, 0, 0, allow), (answer, 0, 0, deny)]
    # mprotect and mmap: never executable; mmap: no file behind it.
    steps += [(equal, 0, 4, mprotect), (load, 0, 0, 32), (has_bits, 1, 0, 4), (answer, 0, 0, allow), (answer, 0, 0, deny)]
    steps += [(equal, 0, 5, mmap), (load, 0, 0, 32), (has_bits, 3, 0, 4), (load, 0, 0, 40), (has_bits, 0, 1, 0x20)]
    return steps + [(answer, 0, 0, allow), (answer, 0, 0, deny)]


def confine(ctypes, out):
    machine = os.uname().machine
    if not sys.platform.startswith("linux") or machine not in CALLS or struct.calcsize("P") != 8:
        raise OSError("no filter for " + sys.platform + " on " + machine)
    libc = ctypes.CDLL(None, use_errno=True)
    libc.syscall.restype = ctypes.c_long
    steps = filter_steps(machine, out)
    code = b"".join(struct.pack("=HBBI", *step) for step in steps)
    held = ctypes.create_string_buffer(code, len(code))
    program = ctypes.create_string_buffer(struct.pack("@HP", len(steps), ctypes.addressof(held)))
    die_with_parent, no_new_privileges = 1, 38
    libc.prctl(die_with_parent, ctypes.c_ulong(signal.SIGKILL), 0, 0, 0)
    libc.prctl(no_new_privileges, ctypes.c_ulong(1), ctypes.c_ulong(0), ctypes.c_ulong(0), ctypes.c_ulong(0))
    set_filter, all_threads = 1, 1
    set_by = ctypes.c_long(CALLS[machine][1])
    if libc.syscall(set_by, ctypes.c_long(set_filter), ctypes.c_long(all_threads), program) != 0:
        raise OSError(ctypes.get_errno(), "seccomp: " + os.strerror(ctypes.get_errno()))
    # A filter that is set and does not hold is worse than none.
    for attempt in (lambda: os.open("/", os.O_RDONLY), os.pipe):
        try:
            attempt()
        except PermissionError:
            continue
        raise OSError("the filter does not hold")


def line_of(traceback):
    line, inside = None, False
    while traceback is not None:
        inside = traceback.tb_frame.f_code.co_filename == FILE
        line = traceback.tb_lineno if inside else line
        traceback = traceback.tb_next
    return line, inside


def text_of(error):
    try:
        text = str(error.msg if isinstance(error, SyntaxError) else error)
    except BaseException:
        text = ""
    name = type(error).__name__
    return " ".join((name + ": " + text if text else name).split())[:200]


def action_of(result):
    """What a legal answer means, else None. Subclasses are read through their base, whatever they override."""
    if issubclass(type(result), str):
        word = str.__str__(result)
        return {"action": word} if word in ("BUY", "SELL", "HOLD") else None
    if not issubclass(type(result), tuple) or tuple.__len__(result) != 2:
        return None
    word, count = tuple.__iter__(result)
    if not issubclass(type(word), str) or str.__str__(word) not in ("BUY", "SELL"):
        return None
    if type(count) is bool:
        return None
    try:
        count = operator.index(count)
    except TypeError:
        return None
    return {"action": str.__str__(word), "shares": min(int(count), 2 ** 53 - 1)} if count > 0 else None


def fill(action, price, cash, shares, floor):
    """One share unless a number is given; no more than the cash pays for, no shorter than the regime began."""
    count = action.get("shares", 1)
    if action["action"] == "BUY":
        count = min(count, max(0, int(cash // price)))
        return round(cash - count * price, 2), shares + count
    if action["action"] == "SELL":
        count = min(count, max(0, shares - floor))
        return round(cash + count * price, 2), shares - count
    return cash, shares


def main():
    job = json.loads(sys.stdin.buffer.read().decode("utf-8"))
    out = os.dup(1)
    null = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(null, standard)
    os.close(null)
    encode, write, leave, prefix = json.JSONEncoder().encode, os.write, os._exit, job["nonce"] + " "
    # Given back when memory runs out, so that there is room to say so.
    reserve = [bytearray(1 << 22)]

    def send(**message):
        write(out, (prefix + encode(message) + "\n").encode("ascii"))

    def fault(code, message, line=None):
        send(_tag="Fault", code=code, message=message, **({} if line is None else {"line": line}))
        leave(0)

    def raised(error):
        reserve.clear()
        line, inside = line_of(error.__traceback__)
        if isinstance(error, ModuleNotFoundError) and (not inside or str(error.name).split(".")[0] in missing):
            send(_tag="Unready", reason="the module " + str(error.name) + " is not available to this interpreter")
            leave(0)
        fault("memory-limit" if isinstance(error, MemoryError) else "raised", text_of(error), line)

    def overtime(_, frame):
        while frame is not None and frame.f_code.co_filename != FILE:
            frame = frame.f_back
        fault("cpu-limit", "used up its processor time", frame and frame.f_lineno)

    missing, code, broken = set(), None, None
    try:
        tree = compile(job["source"], FILE, "exec", ast.PyCF_ONLY_AST, True)
        code = compile(tree, FILE, "exec", 0, True)
        missing = preload(tree, set(job["modules"]))
    except BaseException as error:
        broken = error
    sandboxed = True
    try:
        if hasattr(signal, "setitimer"):
            signal.signal(signal.SIGPROF, overtime)
            signal.setitimer(signal.ITIMER_PROF, max(0.1, job["cpuSeconds"] * 0.9 - time.process_time()))
        import ctypes, resource
        set_limits(resource, job["limits"])
        confine(ctypes, out)
    except Exception as error:
        sandboxed = False
        if not job["allowUnsandboxed"]:
            send(_tag="Unready", reason="no sandbox: " + text_of(error))
            leave(0)
    send(_tag="Ready", sandboxed=sandboxed)
    if broken is not None:
        fault("syntax-error" if isinstance(broken, SyntaxError) else "raised", text_of(broken), getattr(broken, "lineno", None))

    for regime in job["regimes"]:
        random.seed(job["seed"])
        if "numpy.random" in sys.modules:
            sys.modules["numpy.random"].seed(job["seed"])
        module = types.ModuleType("algorithm")
        sys.modules["algorithm"] = module
        try:
            exec(code, module.__dict__)
        except BaseException as error:
            raised(error)
        function = module.__dict__.get("execute_trade")
        if not callable(function):
            fault("no-function", "the module has no execute_trade once it is loaded")
        send(_tag="Loaded")
        cash, shares = regime["cash"], regime["shares"]
        floor = min(0, shares)
        for tick, price in enumerate(regime["prices"]):
            try:
                if job["arity"] == 5:
                    result = function(job["ticker"], price, tick, cash, shares)
                else:
                    result = function(job["ticker"], cash, shares)
                action = action_of(result)
            except BaseException as error:
                raised(error)
            if action is None:
                try:
                    shown = reprlib.repr(result)
                except BaseException:
                    shown = type(result).__name__
                fault("illegal-action", "returned " + shown[:100])
            send(_tag="Action", **action)
            cash, shares = fill(action, price, cash, shares, floor)
    leave(0)


main()
