/**
 * Makes `dist`: the library module by module, with types and maps; and the command and `algogen/promise` as bundles that need
 * no peer. `node scripts/build.mjs bundles` makes the bundles alone, which takes half a second. What was made of the same
 * sources and packages is left as it is; without `dist` everything is made.
 */
import { execFileSync } from "node:child_process"
import { createHash } from "node:crypto"
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync
} from "node:fs"
import { tmpdir } from "node:os"
import { basename, join, relative, resolve } from "node:path"
import { fileURLToPath } from "node:url"
import { build } from "esbuild"

process.chdir(fileURLToPath(new URL("..", import.meta.url)))

/** What `dist` is made of, the packages by what npm says of them: where another manager put them there, all is made anew. */
const PACKAGES = "node_modules/.package-lock.json"
const SOURCES = ["src", "python", "scripts", "package.json", "tsconfig.json", "tsconfig.build.json", PACKAGES]
const STAMP = "dist/sources.cache"

const filesIn = (path) =>
  statSync(path).isDirectory()
    ? readdirSync(path)
        .sort()
        .flatMap((name) => filesIn(`${path}/${name}`))
    : [path]

const stamp = createHash("sha256")
for (const path of SOURCES.filter(existsSync).flatMap(filesIn)) stamp.update(`${path}\0`).update(readFileSync(path))
const sources = stamp.digest("hex")
const isMade = [PACKAGES, STAMP, "dist/bin.js", "dist/index.js"].every(existsSync)
if (isMade && readFileSync(STAMP, "utf8") === sources) process.exit(0)

const common = {
  bundle: true,
  platform: "node",
  target: "node20",
  format: "esm",
  logLevel: "warning",
  logOverride: { "import-is-undefined": "error" },
  allowOverwrite: true
}

/** Modules that take long to load and are called late, if at all: they are loaded at the first call of their one function. */
const LATE = {
  // Tables of Unicode, for text that is not ASCII.
  "string-width": (module) => `export default (...given) => require(${module}).default(...given)`,
  // HTTP/2, inside of undici.
  "./client-h2.js": (module) => `module.exports = (...given) => require(${module})(...given)`,
  // The parser of Python.
  "py-ast": (module) => `export const parse = (...given) => require(${module}).parse(...given)`
}
const isLate = new RegExp(`^(?:${Object.keys(LATE).join("|")})$`)

/** Where the parser is a file of its own, beside the one that needs it. */
const PARSER = "./py-ast.cjs"

/** What users put into a bundle of their own may need no file beside it. */
const fasterStart = ({ isParserApart }) => ({
  name: "faster-start",
  setup: ({ onLoad, onResolve, resolve }) => {
    // Looks for itself in a stack trace, for which V8 counts the lines of the whole command.
    onLoad({ filter: /[\\/]effect[\\/]dist[\\/]esm[\\/]Utils\.js$/ }, ({ path }) => {
      const source = readFileSync(path, "utf8")
      const contents = source.replace(
        /(?<=const isNotOptimizedAway =)[^;]+includes\("effect_internal_function"\) === true;/,
        " true;"
      )
      if (contents === source) throw new Error(`${path} is not as expected: see faster-start in scripts/build.mjs`)
      return { contents }
    })
    onResolve({ filter: /^undici$/ }, () => ({ path: fileURLToPath(new URL("undici.mjs", import.meta.url)) }))
    onResolve({ filter: isLate }, async ({ kind, path, pluginData, resolveDir }) => {
      if (pluginData === "found") return undefined
      const found = await resolve(path, { kind, resolveDir, pluginData: "found" })
      return { path: relative(".", found.path), namespace: "late", pluginData: { name: path, module: found.path } }
    })
    onLoad({ filter: /.*/, namespace: "late" }, ({ pluginData: { module, name } }) => ({
      contents: LATE[name](JSON.stringify(name === "py-ast" && isParserApart ? PARSER : module)),
      resolveDir: "."
    }))
  }
})

/**
 * Stands for the checks of answers: changes with their code, the parser of Python and the version of the package. Comments and
 * line breaks do not count.
 */
const fingerprint = async () => {
  const { version } = JSON.parse(readFileSync("package.json", "utf8"))
  const { outputFiles } = await build({
    ...common,
    entryPoints: ["src/code/CodeCheck.ts"],
    external: ["effect/*"],
    minifyWhitespace: true,
    write: false
  })
  return createHash("sha256").update(`${version}\n${outputFiles[0].text}`).digest("hex")
}
const CHECKS = { ALGOGEN_CHECKS: JSON.stringify(await fingerprint()) }

const library = async () => {
  rmSync("dist", { recursive: true, force: true })
  execFileSync(process.execPath, ["node_modules/typescript/bin/tsc", "-p", "tsconfig.build.json"], { stdio: "inherit" })
  // The only module that imports files of other languages.
  await build({ ...common, entryPoints: ["src/code/trial/Programs.ts"], outdir: "dist/code/trial" })
  writeFileSync("dist/code/Fingerprint.js", `export const CHECKS = ${CHECKS.ALGOGEN_CHECKS};\n`)
  // Where scripts that were written for earlier builds look for it.
  writeFileSync("dist/CodeCheck.js", 'export * from "./code/CodeCheck.js"\n')
}

/** What a module of a peer imports that is a peer itself. */
const BEHIND = {
  "@effect/experimental/RateLimiter/Redis": ["ioredis"],
  "@effect/cluster/Sharding": ["@effect/rpc", "@effect/sql", "@effect/platform", "@effect/experimental"]
}

/** Drivers of databases: an entry point loads the one that is asked for. */
const LAZY = new Set(["@effect/sql-pg", "@effect/sql-libsql"])

/** What the command needs for a database, beside what is built in: most people need neither. */
const DRIVERS = ["pg", "pg-cursor", "pg-connection-string", "@libsql/client"]

/**
 * What the library is imported by: looks whether the packages that it needs are there, before it loads it. Bundlers and
 * `require` go past it, because neither takes kindly to a module that waits.
 */
const doors = async () => {
  const { exports, name, peerDependencies: peers } = JSON.parse(readFileSync("package.json", "utf8"))
  const checked = Object.entries(exports).filter(([, target]) => target.default?.startsWith("./dist/doors/"))
  mkdirSync("dist/doors")
  for (const [entry, { default: door, require: library }] of checked) {
    const { metafile } = await build({
      ...common,
      entryPoints: [library],
      packages: "external",
      metafile: true,
      write: false
    })
    const [output] = Object.values(metafile.outputs)
    const imported = output.imports.flatMap(({ path }) => [path, ...(BEHIND[path] ?? [])])
    const packages = imported.map((path) => path.split("/", path.startsWith("@") ? 2 : 1).join("/"))
    const names = [...new Set(packages)].filter((name) => name in peers && !LAZY.has(name)).sort()
    const needed = Object.fromEntries(names.map((name) => [name, peers[name].replace(">=", "")]))
    writeFileSync(
      door,
      [
        'import { load } from "../node/Peers.js"',
        `export const { ${output.exports.join(", ")} } = await load(`,
        `  ${JSON.stringify(join(name, entry))}, ${JSON.stringify(needed)}, () => import("../${basename(library)}")`,
        ")",
        ""
      ].join("\n")
    )
  }
}

const COMMAND = "dist/chunks/command.cjs"

/**
 * The command is one file, which is started together with what V8 made of it before, see `node/CodeCache`: what is not needed
 * at the start is evaluated where it is needed. Users of `algogen/promise` get modules, in chunks for the same reason.
 */
const bundles = async () => {
  rmSync("dist/chunks", { recursive: true, force: true })
  await build({ ...common, entryPoints: ["py-ast"], format: "cjs", outfile: "dist/chunks/py-ast.cjs" })
  await build({
    ...common,
    format: "cjs",
    entryPoints: ["src/cli/Main.ts"],
    outfile: COMMAND,
    plugins: [fasterStart({ isParserApart: true })],
    external: [PARSER],
    minifyWhitespace: true,
    define: { ...CHECKS, "import.meta.url": "$url" },
    // What `CodeCache` runs: as Node wraps a module, but for what the function returns.
    banner: {
      js: '(function(exports,require,module,__filename,__dirname){const $url=require("node:url").pathToFileURL(__filename).href;'
    },
    footer: { js: "return module.exports})" }
  })
  // What esbuild leaves are patterns, comments and tagged templates; nobody asks these for their raw text.
  const escape = (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`
  writeFileSync(COMMAND, readFileSync(COMMAND, "utf8").replaceAll(/[^\0-\x7f]/g, escape))
  await build({
    ...common,
    entryPoints: ["src/bin.ts", "src/promise.ts"],
    outdir: "dist",
    define: CHECKS,
    splitting: true,
    chunkNames: "chunks/[name]-[hash]",
    plugins: [fasterStart({ isParserApart: false })],
    external: DRIVERS,
    // CommonJS inside of the bundle asks for Node's own modules; what is bundled once more to CommonJS has no `import.meta.url`.
    banner: {
      js: 'import{createRequire as $require}from"node:module";const require=$require(import.meta.url??__filename);'
    }
  })
  rmSync("dist/promise.js.map", { force: true })
  chmodSync("dist/bin.js", 0o755)
}

/** Leaves what V8 makes of the command beside it, as the first run of a user would. */
const firstRun = () => {
  const folder = mkdtempSync(join(tmpdir(), "algogen-build-"))
  const args = ["generate", "--simulate", "--model", "sim/ok", "--quiet"]
  try {
    execFileSync(process.execPath, [resolve("dist/bin.js"), ...args], { cwd: folder, stdio: "inherit" })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

if (process.argv[2] === "bundles") {
  rmSync(STAMP, { force: true })
  await bundles()
} else {
  await library()
  await doors()
  await bundles()
  firstRun()
  writeFileSync(STAMP, sources)
}
