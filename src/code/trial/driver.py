"""
Runs inside the python3 child, as two processes. The player limits its memory and time, imports what the module will import,
gives up files, network, processes and executable memory for good, and only then compiles and runs the module. The feeder has the prices: it hands over one at
a time, and the next one only for an answer, so that the module cannot look ahead. It keeps the book and reports; the
verdict is reached outside. Written for Python 3.8 and later.
"""
import sys
sys.dont_write_bytecode = True
import ast, importlib, importlib.util, json, operator, os, random, reprlib, select, signal, struct, time, types
import __future__, heapq, linecache, typing, warnings, weakref

FILE = "<algorithm>"
# What the feeder hands over: R to load the module anew, T for a tick; then price, cash and shares.
FRAME = struct.Struct("<cddq")
LARGEST = 2 ** 53 - 1
# Set before the module is read; the others once its imports are loaded from their files.
EARLY = ("RLIMIT_AS", "RLIMIT_CPU", "RLIMIT_CORE")
# Audit events, or what stands before their dot, that end a trial. The filter would hold them too, without a word: a module
# that tries is refused.
NEVER = set("open os ctypes socket subprocess shutil glob pathlib mmap fcntl resource signal".split())
# These when the module itself causes them: dataclasses and named tuples are made with exec.
NOT_ITSELF = set("exec compile code gc import".split())
# Of bytes that are no answer.
MOST_NOISE = 256 * 1024
# What the standard library and numpy import on first use, when the filter no longer lets a file be opened.
LATE = {
    "datetime": ["_strptime"],
    "time": ["_strptime"],
    "numpy": ["numpy.random", "numpy.linalg", "numpy.fft", "numpy.polynomial", "numpy.ma"],
    "pandas": ["_strptime", "numpy.rec", "numpy.ma", "numpy.random", "numpy.linalg"],
}
# By machine: the audit number, the number of seccomp(2), read, write, mmap, mprotect, and the calls that are always allowed:
# exit, exit_group, rt_sigreturn, restart_syscall, brk, munmap, mremap, madvise, futex, clock_gettime, clock_getres,
# clock_nanosleep, nanosleep, pselect6 and select (time.sleep before 3.11), gettimeofday, getrandom, sched_yield. No
# signal can be sent or handled anew, and no thread, process or file descriptor can be made.
CALLS = {
    "x86_64": (0xC000003E, 317, 0, 1, 9, 10, [60, 231, 15, 219, 12, 11, 25, 28, 202, 228, 229, 230, 35, 270, 23, 96, 318, 24]),
    "aarch64": (0xC00000B7, 277, 63, 64, 222, 226, [93, 94, 139, 128, 214, 215, 216, 233, 98, 113, 114, 115, 101, 72, 169, 278, 124]),
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


def set_limits(resource, limits, names):
    for name in names:
        value = limits[name]
        kind = getattr(resource, name)
        hard = resource.getrlimit(kind)[1]
        if hard != resource.RLIM_INFINITY:
            value = min(value, hard)
        resource.setrlimit(kind, (value, value))


def filter_steps(machine, frames, out):
    audit, _, read, write, mmap, mprotect, always = CALLS[machine]
    load, equal, has_bits, answer = 0x20, 0x15, 0x45, 0x06
    kill, deny, allow = 0x80000000, 0x00050001, 0x7FFF0000
    steps = [(load, 0, 0, 4), (equal, 1, 0, audit), (answer, 0, 0, kill), (load, 0, 0, 0)]
    for number in always:
        steps += [(equal, 0, 1, number), (answer, 0, 0, allow)]
    # read: from the feeder, and one frame at a time.
    steps += [(equal, 0, 6, read), (load, 0, 0, 16), (equal, 0, 3, frames), (load, 0, 0, 32), (equal, 0, 1, FRAME.size)]
    steps += [(answer, 0, 0, allow), (answer, 0, 0, deny)]
    # write: to the three descriptors that are ours, and no other.
    steps += [(equal, 0, 6, write), (load, 0, 0, 16), (equal, 2, 0, 1), (equal, 1, 0, 2), (equal, 0, 1, out)]
    steps += [(answer, 0, 0, allow), (answer, 0, 0, deny)]
    # mprotect and mmap: never executable; mmap: no file behind it.
    steps += [(equal, 0, 4, mprotect), (load, 0, 0, 32), (has_bits, 1, 0, 4), (answer, 0, 0, allow), (answer, 0, 0, deny)]
    steps += [(equal, 0, 5, mmap), (load, 0, 0, 32), (has_bits, 3, 0, 4), (load, 0, 0, 40), (has_bits, 0, 1, 0x20)]
    return steps + [(answer, 0, 0, allow), (answer, 0, 0, deny)]


def confine(ctypes, frames, out):
    machine = os.uname().machine
    if not sys.platform.startswith("linux") or machine not in CALLS or struct.calcsize("P") != 8:
        raise OSError("no filter for " + sys.platform + " on " + machine)
    libc = ctypes.CDLL(None, use_errno=True)
    libc.syscall.restype = ctypes.c_long
    steps = filter_steps(machine, frames, out)
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


def order_of(result):
    """Shares to buy, below zero to sell, 0 to hold; None for an illegal answer. Subclasses are read through their base."""
    count = 1
    if issubclass(type(result), tuple) and tuple.__len__(result) == 2:
        result, count = tuple.__iter__(result)
        if type(count) is bool:
            return None
        try:
            count = operator.index(count)
        except TypeError:
            return None
        if count <= 0 or issubclass(type(result), str) and str.__str__(result) == "HOLD":
            return None
    if not issubclass(type(result), str):
        return None
    sign = {"BUY": 1, "SELL": -1, "HOLD": 0}.get(str.__str__(result))
    return None if sign is None else sign * min(int(count), LARGEST)


def affordable(cash, unit):
    """The most shares whose cost does not exceed the cash. A quotient alone could be one too many or too few."""
    count = max(0, int(min(LARGEST, cash / unit)))
    while count > 0 and count * unit > cash:
        count -= 1
    while count < LARGEST and (count + 1) * unit <= cash:
        count += 1
    return count


def fill(order, price, cash, shares, floor, regime):
    """No more than the cash pays for, no shorter than the regime began: or as far as its rules allow."""
    fee, slippage = regime["fee"], regime["slippage"]
    if order > 0:
        unit = price * (1 + slippage) * (1 + fee)
        count = min(order, affordable(cash - regime["leastCash"], unit))
        return cash - count * unit, shares + count
    if order < 0:
        unit = price * (1 - slippage) * (1 - fee)
        count = min(-order, max(0, shares - floor))
        return cash + count * unit, shares - count
    return cash, shares


def read_all(descriptor, size):
    data = b""
    while len(data) < size:
        chunk = os.read(descriptor, size - len(data))
        if not chunk:
            os._exit(0)
        data += chunk
    return data


def write_all(descriptor, data):
    while data:
        data = data[os.write(descriptor, data):]


def feed(job, regimes, player, frames, answers):
    """Plays the regimes. A line of the player begins with the job's word and one of + (go on), = (an answer), ! (the end)."""
    prefix = (job["nonce"] + " ").encode("ascii")
    pending, heard, seconds = [], bytearray(), 0.0

    def say(line):
        write_all(1, prefix + line + b"\n")

    def tell(**message):
        say(json.dumps(message).encode("ascii"))

    def flush():
        if pending:
            tell(_tag="Orders", orders=" ".join(map(str, pending)))
            pending.clear()

    def end(**message):
        flush()
        if message:
            tell(**message)
        os._exit(0)

    def ended():
        status = os.waitpid(player, 0)[1]
        if not os.WIFSIGNALED(status):
            end()
        name = signal.Signals(os.WTERMSIG(status)).name
        if name in ("SIGKILL", "SIGXCPU"):
            end(_tag="Fault", code="cpu-limit", message="used up its processor time")
        end(_tag="Fault", code="crashed", message="the interpreter crashed (" + name + ")")

    def line():
        noise = 0
        while True:
            at = heard.find(b"\n")
            if at >= 0:
                found = bytes(heard[:at])
                del heard[:at + 1]
                if found.startswith(prefix):
                    return found[len(prefix):]
                continue
            # While it takes its time, it is told how far it came.
            if pending and not select.select([answers], [], [], 0.05)[0]:
                flush()
            chunk = os.read(answers, 65536)
            if not chunk:
                ended()
            heard.extend(chunk)
            noise += len(chunk)
            if noise > MOST_NOISE:
                os.kill(player, signal.SIGKILL)
                end(_tag="Fault", code="output-limit", message="prints more than a trial allows")

    def expect(kind):
        while True:
            found = line()
            if found[:1] == b"!":
                flush()
                say(found[1:])
                os._exit(0)
            if found[:1] == kind:
                return found[1:]

    def hand(kind, price, cash, shares):
        try:
            os.write(frames, FRAME.pack(kind, price, cash, shares))
        except BrokenPipeError:
            ended()

    say(expect(b"+"))
    for regime in regimes:
        hand(b"R", 0.0, 0.0, 0)
        say(expect(b"+"))
        cash, shares = regime["cash"], regime["shares"]
        floor = min(regime["leastShares"], shares)
        began = time.perf_counter()
        for price in regime["prices"]:
            hand(b"T", price, cash, shares)
            order = int(expect(b"="))
            pending.append(order)
            cash, shares = fill(order, price, cash, shares, floor, regime)
        seconds += time.perf_counter() - began
        flush()
    end(_tag="Done", seconds=seconds)


def play(job, frames, out):
    null = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(null, standard)
    os.close(null)
    encode, read, write, leave, prefix = json.JSONEncoder().encode, os.read, os.write, os._exit, job["nonce"] + " "
    # Given back when memory runs out, so that there is room to say so.
    reserve = [bytearray(1 << 22)]

    def send(kind, **message):
        write(out, (prefix + kind + encode(message) + "\n").encode("ascii"))

    def fault(code, message, line=None):
        send("!", _tag="Fault", code=code, message=message, **({} if line is None else {"line": line}))
        leave(0)

    def raised(error):
        reserve.clear()
        line, inside = line_of(error.__traceback__)
        if isinstance(error, ModuleNotFoundError) and (not inside or str(error.name).split(".")[0] in missing):
            send("!", _tag="Unready", reason="the module " + str(error.name) + " is not available to this interpreter")
            leave(0)
        fault("memory-limit" if isinstance(error, MemoryError) else "raised", text_of(error), line)

    def overtime(_, frame):
        while frame is not None and frame.f_code.co_filename != FILE:
            frame = frame.f_back
        fault("cpu-limit", "used up its processor time", frame and frame.f_lineno)

    def watch(event, arguments):
        kind = event.split(".")[0]
        if kind not in NEVER and kind not in NOT_ITSELF:
            return
        caller = frame = sys._getframe(1)
        while frame is not None and frame.f_code.co_filename != FILE:
            frame = frame.f_back
        if kind in NEVER:
            # A module that is allowed and missing is looked for.
            allowed = frame is None or caller.f_code.co_filename.startswith("<frozen importlib")
        else:
            allowed = caller is not frame or kind == "import" and str(arguments[0]).split(".")[0] in modules
        if not allowed:
            what = event + " of " + str(arguments[0])[:50] if event == "import" else event
            fault("forbidden", "does what a trial does not allow: " + what, frame.f_lineno)

    modules = set(job["modules"])
    missing, tree, broken, problem = set(), None, None, None
    try:
        import resource
        set_limits(resource, job["limits"], EARLY)
    except Exception as error:
        problem = error
    try:
        tree = compile(job["source"], FILE, "exec", ast.PyCF_ONLY_AST, True)
        missing = preload(tree, modules)
    except BaseException as error:
        broken = error
    try:
        if hasattr(signal, "setitimer"):
            signal.signal(signal.SIGPROF, overtime)
            signal.setitimer(signal.ITIMER_PROF, max(0.1, job["cpuSeconds"] * 0.9 - time.process_time()))
        import ctypes, resource
        set_limits(resource, job["limits"], [name for name in job["limits"] if name not in EARLY])
        confine(ctypes, frames, out)
    except Exception as error:
        problem = error
    if problem is not None and not job["allowUnsandboxed"]:
        send("!", _tag="Unready", reason="no sandbox: " + text_of(problem))
        leave(0)
    send("+", _tag="Ready", sandboxed=problem is None)
    code = None
    if broken is None:
        try:
            code = compile(tree, FILE, "exec", 0, True)
        except BaseException as error:
            broken = error
    if broken is not None:
        reserve.clear()
        kind = "syntax-error" if isinstance(broken, SyntaxError) else "memory-limit" if isinstance(broken, MemoryError) else "raised"
        fault(kind, text_of(broken), getattr(broken, "lineno", None))
    sys.addaudithook(watch)

    function, tick = None, 0
    while True:
        frame = read(frames, FRAME.size)
        if not frame:
            leave(0)
        kind, price, cash, shares = FRAME.unpack(frame)
        if kind == b"R":
            random.seed(job["seed"])
            if "numpy.random" in sys.modules:
                sys.modules["numpy.random"].seed(job["seed"])
            module = types.ModuleType("algorithm")
            sys.modules["algorithm"] = module
            try:
                exec(code, module.__dict__)
            except BaseException as error:
                raised(error)
            function, tick = module.__dict__.get("execute_trade"), 0
            if not callable(function):
                fault("no-function", "the module has no execute_trade once it is loaded")
            send("+", _tag="Loaded")
            continue
        try:
            if job["arity"] == 5:
                result = function(job["ticker"], price, tick, cash, shares)
            else:
                result = function(job["ticker"], cash, shares)
            order = order_of(result)
        except BaseException as error:
            raised(error)
        if order is None:
            try:
                shown = reprlib.repr(result)
            except BaseException:
                shown = type(result).__name__
            fault("illegal-action", "returned " + shown[:100])
        write(out, (prefix + "=" + str(order) + "\n").encode("ascii"))
        tick += 1


def main():
    if not hasattr(os, "fork"):
        job = json.loads(sys.stdin.buffer.read().decode("utf-8"))
        print(job["nonce"] + " " + json.dumps({"_tag": "Unready", "reason": "no sandbox: this system cannot fork"}))
        return
    try:
        import ctypes
    except ImportError:
        ctypes = None
    # Two processes before a price is read: the player has none in its memory.
    from_feeder, frames = os.pipe()
    answers, from_player = os.pipe()
    player = os.fork()
    if player == 0:
        os.close(frames)
        os.close(answers)
        size = struct.unpack("<Q", read_all(from_feeder, 8))[0]
        play(json.loads(read_all(from_feeder, size).decode("utf-8")), from_feeder, from_player)
    os.close(from_feeder)
    os.close(from_player)
    if ctypes is not None and sys.platform.startswith("linux"):
        ctypes.CDLL(None).prctl(1, ctypes.c_ulong(signal.SIGKILL), 0, 0, 0)
    job = json.loads(sys.stdin.buffer.read().decode("utf-8"))
    regimes = job.pop("regimes")
    data = json.dumps(job).encode("ascii")
    try:
        write_all(frames, struct.pack("<Q", len(data)) + data)
    except BrokenPipeError:
        pass
    feed(job, regimes, player, frames, answers)


main()
