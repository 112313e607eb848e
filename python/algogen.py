"""Ask several language models at once to write a trading algorithm: the functions of the former Python system, over the
command `algogen`, which needs Node 20.19 or later and no other Python package.

    from algogen import generate_algorithms_for_agents
    success = generate_algorithms_for_agents(["a/b", "x/y:free"], "AAPL", lambda percent, message: print(percent, message))

The command is `ALGOGEN_COMMAND` if it is set, else the npm package beside this file or in a `node_modules` above it, else
`algogen` on the PATH. Settings come from the environment and from `.env` in the working directory.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import queue
import re
import shlex
import shutil
import subprocess
import tempfile
import threading
from pathlib import Path
from typing import Any, Callable, Optional, Sequence

__all__ = ["generate_algorithm", "generate_algorithm_async", "generate_algorithms_for_agents"]

ProgressCallback = Callable[[int, str], object]

# The folder for the algorithms and the journal; None is "generated", or "simulated" where models are.
directory: Optional[str] = None

# More flags of `algogen generate`, such as ["--request-timeout", "90s", "--concurrency", "3"].
flags: list[str] = []

# The version of the events that this module reads.
FORMAT = 1

# How long a child that was told to stop may take to save what is finished, in seconds.
GRACE = 5

_log = logging.getLogger("algogen")


def generate_algorithms_for_agents(
    selected_agents: Sequence[str], ticker: str, progress_callback: Optional[ProgressCallback] = None
) -> bool:
    """Asks all models at once and saves what works, in the order of `selected_agents`. True if an algorithm was saved.

    `progress_callback(percent, message)` is called in this thread, as things happen: `MODEL_START::{model}`,
    `PREVIEW::{model}::{code}`, `MODEL_OK::{model}::generated`, `MODEL_OK::{model}::saved`, `MODEL_FAIL::{model}::{reason}`,
    `MODEL_SKIP::{model}::unavailable`, or a sentence. Split at most twice. If it raises, the run goes on.
    """
    return _run(_for_agents(selected_agents, ticker), _Listener(progress_callback)).succeeded


async def _generate_algorithms_for_agents_async(
    selected_agents: Sequence[str], ticker: str, progress_callback: Optional[ProgressCallback] = None
) -> bool:
    """The same without blocking the event loop. Cancelling it ends the run; what is finished is saved."""
    return (await _run_async(_for_agents(selected_agents, ticker), _Listener(progress_callback))).succeeded


def generate_algorithm(model_id: str, prompt_text: str, max_retries: int = 3) -> Optional[str]:
    """Asks one model and returns the Python source, or None. Writes no file that stays.

    `prompt_text` is sent as it is, and once, whatever `algogen.json` and `flags` say of tickers, samples, rounds and prices.
    """
    with tempfile.TemporaryDirectory(prefix="algogen-") as folder:
        return _run(_for_one(folder, model_id, prompt_text, max_retries), _Listener(), _ONE).code


async def generate_algorithm_async(
    client: Any, model_id: str, prompt_text: str, max_retries: int = 3
) -> Optional[str]:
    """The same without blocking the event loop. `client` is not used: the command has its own connections."""
    with tempfile.TemporaryDirectory(prefix="algogen-") as folder:
        return (await _run_async(_for_one(folder, model_id, prompt_text, max_retries), _Listener(), _ONE)).code


# The command asks once then, whatever settings and flags say of tickers, samples and rounds.
_ONE = {"ALGOGEN_ASK": "one"}

# What `--prompt FILE` would take for a placeholder.
_PLACEHOLDER = re.compile(r"\{\{[ \t]*[A-Za-z][\w-]*[ \t]*\}\}", re.ASCII)


def _is_text(name: str, value: Any, is_word: bool = True) -> None:
    if not isinstance(value, str):
        raise TypeError(f"{name} must be a str, not {value!r}")
    try:
        value.encode("utf-8")
    except UnicodeEncodeError as error:
        place = value[error.start : error.end]
        raise ValueError(f"{name} has half a character in it at {error.start}, which cannot be sent: {place!r}") from None
    if is_word and "\0" in value:
        raise ValueError(f"{name} has a null character in it: {value!r}")


def _is_list(name: str, value: Any, what: str) -> None:
    if isinstance(value, str):
        raise TypeError(f"{name} must be a list of {what}, not {value!r}")


def _for_agents(selected_agents: Sequence[str], ticker: str) -> list[str]:
    _is_list("selected_agents", selected_agents, "model ids")
    if not selected_agents:
        _log.warning("selected_agents is empty: no model is asked")
        return []
    agents = list(selected_agents)
    for place, agent in enumerate(agents):
        _is_text(f"selected_agents[{place}]", agent)
    _is_text("ticker", ticker)
    models = [word for agent in agents for word in ("--model", agent)]
    out = [] if directory is None else ["--out", str(directory)]
    return ["--ticker", ticker, *out, *models]


def _for_one(folder: str, model_id: str, prompt_text: str, max_retries: int) -> list[str]:
    _is_text("model_id", model_id)
    _is_text("prompt_text", prompt_text, is_word=False)
    if not prompt_text.strip():
        raise ValueError("prompt_text is blank: say what the model is to write")
    prompt = Path(folder, "prompt.txt")
    prompt.write_bytes(_PLACEHOLDER.sub(r"\\\g<0>", prompt_text).encode("utf-8"))
    return ["--model", model_id, "--prompt", str(prompt), "--max-retries", str(max_retries), "--out", folder]


class _Listener:
    """What becomes of a run, line by line."""

    def __init__(self, callback: Optional[ProgressCallback] = None) -> None:
        self.callback = callback
        self.code: Optional[str] = None
        self.succeeded = False
        self.has_raised = False
        self.is_reported = False

    def hear(self, line: dict[str, Any]) -> None:
        if line.get("algogen", FORMAT) != FORMAT:
            _log.error("algogen has other events than this module reads: run `algogen python > algogen.py` again")
        event = line.get("event", {})
        if event.get("_tag") == "Generated":
            self.code = event["code"]
        if event.get("_tag") == "Skipped":
            # The message for the callback does not say why.
            _log.warning("MODEL_SKIP::%s::%s", event["model"], event["reason"]["message"])
        self.is_reported = self.is_reported or "report" in line
        for message in line.get("messages", []):
            self.tell(line["percent"], message)

    def tell(self, percent: int, message: str) -> None:
        if message.startswith("MODEL_FAIL::"):
            _log.warning("%s", message)
        if self.callback is None:
            return
        try:
            self.callback(percent, message)
        except Exception:
            if not self.has_raised:
                _log.exception("the progress callback raised; it is still called for later events")
            self.has_raised = True

    def end(self, code: int, complaint: str) -> None:
        # A program that is not algogen may end well, too.
        self.succeeded = code == 0 and self.is_reported
        # Wrong settings or arguments: nothing was sent, so there was no event.
        if code == 2:
            self.tell(0, complaint)


class _Child:
    """The command, from its start to its end. Its standard input closes with this process, and then it ends as well."""

    def __init__(
        self, args: list[str], env: dict[str, str], deliver: Callable[[Optional[dict[str, Any]]], object]
    ) -> None:
        _is_list("algogen.flags", flags, "words, such as ['--simulate']")
        self.complaint = ""
        command = _command()
        try:
            self.process = subprocess.Popen(
                [*command, "generate", "--events", *args, *flags],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env={**os.environ, "ALGOGEN_LIFELINE": "stdin", **env},
            )
        except OSError as error:
            raise type(error)(
                error.errno,
                f"the command algogen could not be started ({error.strerror}): {_ADVICE}",
                command[0],
            ) from None
        # In threads, so that a slow callback keeps nothing waiting.
        self.readers = [
            threading.Thread(target=self._read_errors, daemon=True),
            threading.Thread(target=self._read, args=(deliver,), daemon=True),
        ]
        for reader in self.readers:
            reader.start()

    def _read(self, deliver: Callable[[Optional[dict[str, Any]]], object]) -> None:
        assert self.process.stdout
        try:
            with self.process.stdout as lines:
                for line in lines:
                    try:
                        deliver(json.loads(line))
                    except ValueError:
                        _log.error("the command algogen printed what is no event: %.200r; %s", line, _ADVICE)
            deliver(None)
        except RuntimeError:
            pass  # The event loop has gone, and nobody listens any more.

    def _read_errors(self) -> None:
        assert self.process.stderr
        with self.process.stderr as lines:
            for line in lines:
                text = _for_python(line.decode("utf-8", "replace").rstrip())
                if text:
                    self.complaint = text
                    _log.log(logging.INFO if text.startswith("Asking ") else logging.WARNING, "%s", text)

    def stop(self) -> int:
        """Tells it to end if it has not, and returns its exit code."""
        assert self.process.stdin
        self.process.stdin.close()
        try:
            self.process.wait(GRACE)
        except subprocess.TimeoutExpired:
            self.process.kill()
        code = self.process.wait()
        for reader in self.readers:
            reader.join(GRACE)
        return code


def _run(args: list[str], listener: _Listener, env: dict[str, str] = {}) -> _Listener:
    if not args:
        return listener
    lines: queue.Queue[Optional[dict[str, Any]]] = queue.Queue()
    child = _Child(args, env, lines.put)
    try:
        while (line := lines.get()) is not None:
            listener.hear(line)
    finally:
        code = child.stop()
    listener.end(code, child.complaint)
    return listener


async def _run_async(args: list[str], listener: _Listener, env: dict[str, str] = {}) -> _Listener:
    if not args:
        return listener
    loop = asyncio.get_running_loop()
    lines: asyncio.Queue[Optional[dict[str, Any]]] = asyncio.Queue()
    child = _Child(args, env, lambda line: loop.call_soon_threadsafe(lines.put_nowait, line))
    try:
        while (line := await lines.get()) is not None:
            listener.hear(line)
    finally:
        code = await loop.run_in_executor(None, child.stop)
    listener.end(code, child.complaint)
    return listener


def _for_python(text: str) -> str:
    """What the command says to a shell: the logger's name is algogen already, and flags go into `flags`."""
    return re.sub(r"\buse (--[a-z-]+)", r'add "\1" to algogen.flags', re.sub("^algogen: ", "", text))


_ADVICE = (
    "set ALGOGEN_COMMAND to the command, such as 'node /path/to/algogen/dist/bin.js', "
    "or unset it and install the npm package here or in a folder above"
)


def _command() -> list[str]:
    named = os.environ.get("ALGOGEN_COMMAND", "").strip()
    if named:
        return shlex.split(named)
    here = Path(__file__).resolve().parent
    for program in (_package(here.parent), *(_package(above / "node_modules" / "algogen") for above in (here, *here.parents))):
        if program:
            return [shutil.which("node") or "node", program]
    found = shutil.which("algogen")
    if found:
        return [found]
    raise FileNotFoundError(f"the command algogen was not found: {_ADVICE}")


def _package(folder: Path) -> Optional[str]:
    """The program of the npm package, if that is what is in this folder."""
    try:
        name = json.loads((folder / "package.json").read_text(encoding="utf-8")).get("name")
    except (OSError, ValueError):
        return None
    program = folder / "dist" / "bin.js"
    return str(program) if name == "algogen" and program.is_file() else None
