/**
 * Runs scripts of the package side by side: `node scripts/together.mjs types lint build`. What each says comes in one piece,
 * in this order, and the first that fails is what this fails with.
 */
import { spawn } from "node:child_process"

const run = (name) =>
  new Promise((resolve) => {
    const said = []
    const child = spawn("npm", ["run", "--silent", name], {
      stdio: ["ignore", "pipe", "pipe"],
      shell: process.platform === "win32"
    })
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (part) => said.push(part))
    child.once("error", ({ message }) => resolve({ code: 1, said: [`npm run ${name}: ${message}\n`] }))
    child.once("close", (code) => resolve({ code: code ?? 1, said }))
  })

for (const running of process.argv.slice(2).map(run)) {
  const { code, said } = await running
  for (const part of said) process.stdout.write(part)
  if (process.exitCode === undefined && code !== 0) process.exitCode = code
}
