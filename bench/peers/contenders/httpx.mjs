/** Python's httpx, where python3 has it. */
import { spawnSync } from "node:child_process"

export const about = "Python's httpx with asyncio"
export const program = "with_httpx.py"

/** The first python3 that has it. */
export const interpreter = () =>
  ["python3", "/usr/bin/python3"].find((python) => spawnSync(python, ["-c", "import httpx"]).status === 0)
