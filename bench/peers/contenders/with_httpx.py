"""httpx with as many tasks as are in flight. Speaks as runner.mjs does: settings, "ready", "go", then the result."""
import asyncio
import json
import os
import re
import sys
import time

import httpx

setting = json.loads(sys.argv[1])
said = os.fdopen(3, "w")


def say(message):
    said.write(json.dumps(message) + "\n")
    said.flush()


def peak_mb():
    with open("/proc/self/status") as status:
        return int(re.search(r"VmHWM:\s+(\d+)", status.read())[1]) / 1024


async def ask(client, url, model, sample):
    body = {
        "model": model,
        "messages": [{"role": "user", "content": f"{setting['rules']}\nVariant {sample} of {model}.\n"}],
        "stream": True,
        "max_completion_tokens": 4096,
    }
    text = []
    async with client.stream("POST", f"{url}/chat/completions", json=body) as response:
        response.raise_for_status()
        async for line in response.aiter_lines():
            if line.startswith("data: ") and line.rstrip() != "data: [DONE]":
                text.append(json.loads(line[6:])["choices"][0]["delta"].get("content") or "")
    return "".join(text)


async def run(work):
    count = {"correct": 0, "wrong": 0, "failed": 0}
    requests = iter([(m, s) for m in work["models"] for s in range(1, work["samples"] + 1)])
    in_flight = work["inFlight"]
    limits = httpx.Limits(max_connections=in_flight, max_keepalive_connections=in_flight)

    async with httpx.AsyncClient(limits=limits, timeout=60) as client:

        async def worker():
            for model, sample in requests:
                try:
                    text = await ask(client, work["url"], model, sample)
                    count["correct" if text.strip() == setting["text"].strip() else "wrong"] += 1
                except httpx.HTTPError:
                    count["failed"] += 1

        await asyncio.gather(*[worker() for _ in range(in_flight)])
    return count


def main():
    if setting.get("warm"):
        asyncio.run(run(setting["warm"]))
    say({"ready": True})
    sys.stdin.readline()
    try:
        with open("/proc/self/clear_refs", "w") as refs:
            refs.write("5")
    except OSError:
        pass
    walls = []
    cpu = time.process_time()
    for _ in range(setting["repeat"]):
        began = time.perf_counter()
        count = asyncio.run(run(setting["measured"]))
        walls.append((time.perf_counter() - began) * 1000)
    cpu = time.process_time() - cpu
    say({"cpuMs": cpu * 1000, "walls": walls, "peakMb": peak_mb(), **count})


main()
