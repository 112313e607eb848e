/**
 * Makes `dist`: the library module by module, with types and maps; the command and `algogen/promise` as bundles that need
 * no peer, in chunks that they share. `node build.mjs bundles` makes the bundles alone, which takes half a second.
 */
import { execFileSync } from "node:child_process"
import { chmodSync, rmSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { build } from "esbuild"

process.chdir(fileURLToPath(new URL(".", import.meta.url)))
const common = { bundle: true, platform: "node", target: "node20", format: "esm", logLevel: "warning", allowOverwrite: true }

const library = async () => {
  rmSync("dist", { recursive: true, force: true })
  execFileSync(process.execPath, ["node_modules/typescript/bin/tsc", "-p", "tsconfig.build.json"], { stdio: "inherit" })
  // The one module that imports other files than modules.
  await build({ ...common, entryPoints: ["src/code/trial/Programs.ts"], outdir: "dist/code/trial", sourcemap: false })
}

/** What is not needed at once is imported when it is, so that the command starts fast: hence the chunks. */
const bundles = async () => {
  rmSync("dist/chunks", { recursive: true, force: true })
  await build({
    ...common,
    entryPoints: ["src/bin.ts", "src/promise.ts"],
    outdir: "dist",
    splitting: true,
    chunkNames: "chunks/[name]-[hash]",
    // For what is inside of CommonJS and asks for Node's own modules.
    banner: { js: "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);" }
  })
  chmodSync("dist/bin.js", 0o755)
}

if (process.argv[2] !== "bundles") await library()
await bundles()
