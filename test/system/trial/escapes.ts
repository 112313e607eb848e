import { disarm } from "./programs.js"

/**
 * Ways out of a Python process. Each body raises, or stops short of its last line, when it is held; `MARKER` is a path
 * that must not come to be and `PORT` a listening TCP port that must not be met.
 */
export const escapes: Record<string, string> = {
  "read a file": `open("/etc/passwd").read(1)`,
  "write a file": `open(MARKER, "w").write("out")`,
  "the os that random imports": `import random\nrandom._os.listdir("/")`,
  "sys.modules": `import sys\nsys.modules["os"].stat("/etc")`,
  "the subclasses of object": `
wrap = [c for c in ().__class__.__base__.__subclasses__() if c.__name__ == "_wrap_close"][0]
assert wrap.__init__.__globals__["system"]("true") == 0`,
  "the globals of a function": `(lambda: 0).__globals__["__builtins__"]
import os
os.mkdir(MARKER)`,
  "the frames of the caller": `
import sys
frame = sys._getframe()
while frame is not None:
    for value in [*frame.f_globals.values(), *frame.f_locals.values()]:
        if getattr(value, "__name__", "") == "os":
            value.close(value.open("/etc/passwd", 0))
            return
    frame = frame.f_back
import os
os.open("/etc/passwd", 0)`,
  "the frames of a traceback": `
try:
    1 / 0
except ZeroDivisionError as error:
    frame = error.__traceback__.tb_frame
    while frame.f_back:
        frame = frame.f_back
    frame.f_builtins["open"]("/etc/passwd").close()`,
  "what the garbage collector holds": `
import gc
for held in gc.get_objects():
    if isinstance(held, dict) and "execv" in held and "open" in held and callable(held["open"]):
        held["open"]("/etc/passwd", 0)
        return
raise LookupError`,
  "a loader of source files": `
import importlib.machinery
importlib.machinery.SourceFileLoader("x", "/etc/passwd").get_data("/etc/passwd")`,
  "its own memory through /proc": `open("/proc/self/mem", "rb+", 0)`,
  "the parent's environment through /proc": `
import os
open("/proc/%d/environ" % os.getppid(), "rb").read(1)`,
  "a symbolic link": `import os\nos.symlink("/etc/passwd", MARKER)`,
  "a named pipe": `import os\nos.mkfifo(MARKER)`,
  "a working directory": `import os\nos.chdir("/tmp")`,
  "a shell": `import os\nassert os.system("true") == 0`,
  "a fork": `
import os
pid = os.fork()
if pid == 0:
    os._exit(0)`,
  "a spawn": `
import os
os.waitpid(os.posix_spawn("/bin/true", ["true"], {}), 0)`,
  "another program in its place": `import os\nos.execv("/bin/sh", ["sh", "-c", "exit 7"])`,
  subprocess: `import subprocess\nsubprocess.run(["/bin/true"], check=True)`,
  "a thread": `
import _thread, time
_thread.start_new_thread(lambda: None, ())`,
  "a TCP connection": `
import _socket
_socket.socket(_socket.AF_INET, _socket.SOCK_STREAM).connect(("127.0.0.1", PORT))`,
  "a pair of sockets": `import socket\nsocket.socketpair()`,
  "a duplicate of the result's descriptor": `import os\nos.dup(1)`,
  "reading descriptors": `import os\nfor fd in range(64):\n    try:\n        os.read(fd, 0)\n        return\n    except OSError:\n        pass\nraise OSError`,
  "a file in memory": `import os\nos.memfd_create("x")`,
  "open by way of the C library": `
import ctypes
assert ctypes.CDLL(None).open(b"/etc/passwd", 0) >= 0`,
  "a raw system call": `
import ctypes, os
assert ctypes.CDLL(None).syscall({"x86_64": 41, "aarch64": 198}[os.uname().machine], 2, 1, 0) >= 0`,
  "system by way of the C library": `
import ctypes
assert ctypes.CDLL(None).system(b"true") == 0`,
  "memory that may be executed": `
import ctypes
libc = ctypes.CDLL(None)
libc.mmap.restype = ctypes.c_long
assert libc.mmap(None, 4096, 7, 0x22, -1, 0) != -1`,
  "memory made executable": `
import ctypes
libc = ctypes.CDLL(None)
libc.mmap.restype = ctypes.c_long
page = libc.mmap(None, 4096, 3, 0x22, -1, 0)
assert libc.mprotect(ctypes.c_void_p(page), 4096, 7) == 0`,
  "a file mapped into memory": `
import ctypes
libc = ctypes.CDLL(None)
libc.mmap.restype = ctypes.c_long
assert any(libc.mmap(None, 4096, 1, 2, fd, 0) != -1 for fd in [libc.open(b"/etc/passwd", 0), *range(64)])`,
  "shared memory": `
import ctypes
assert ctypes.CDLL(None).shmget(0, 4096, 0o1600) >= 0`,
  tracing: `
import ctypes
assert ctypes.CDLL(None).ptrace(0, 0, 0, 0) == 0`,
  "prctl again": `
import ctypes
assert ctypes.CDLL(None).prctl(15, b"renamed", 0, 0, 0) == 0`,
  "a signal to the parent": `import os\nos.kill(os.getppid(), 0)`,
  "a handler for the limit's signal": `import signal\nsignal.signal(signal.SIGPROF, signal.SIG_IGN)`,
  "the limit's timer": `import signal\nsignal.setitimer(signal.ITIMER_PROF, 0)`,
  "a blocked signal": `import signal\nsignal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGPROF])`,
  "higher limits": `import resource\nresource.setrlimit(resource.RLIMIT_CPU, (60, 60))`,
  "a new pipe": `import os\nos.pipe()`
}

const indent = (body: string): string => body.trim().replace(/^/gm, "    ")

/** Nothing is audited in these: they are held, and the trial goes on. */
export const UNHEARD: ReadonlySet<string> = new Set([
  "sys.modules",
  "a named pipe",
  "a thread",
  "a duplicate of the result's descriptor",
  "reading descriptors",
  "a file in memory",
  "a handler for the limit's signal",
  "the limit's timer",
  "a blocked signal",
  "a new pipe"
])

/** Fails to load with "escaped" when the body gets out; is a sound module when it is held. */
export const attempt = (body: string, marker: string, port: number): string => `
${disarm}${attemptArmed(body, marker, port)}`

/** The same with the audit hook in its place. */
export const attemptArmed = (body: string, marker: string, port: number): string => `
MARKER, PORT = ${JSON.stringify(marker)}, ${port}

def _attempt():
${indent(body)}

try:
    _attempt()
    out = True
except BaseException as error:
    out = False
if out:
    raise RuntimeError("escaped")

def execute_trade(ticker, cash_balance, shares_held):
    return "HOLD"
`
