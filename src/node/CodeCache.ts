/**
 * Loads a CommonJS file together with what V8 made of it in an earlier process: compiling is most of the time that the
 * command takes to start. V8 refuses what another version of it made, or one with other flags. Then, and where nothing can
 * be kept beside the file, it is compiled as any other. Imports nothing but Node, since it comes before everything else.
 */
import { readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs"
import { createRequire } from "node:module"
import { dirname } from "node:path"
import { constants, Script } from "node:vm"

/**
 * Made by one version of Node on one kind of processor, and of use to that alone. V8 looks at no more of the source than
 * its length, so a file that was changed since gets another one.
 */
const cacheOf = (file: string): string =>
  `${file}.${process.version}-${process.arch}-${Math.trunc(statSync(file).mtimeMs).toString(36)}.cache`

const read = (file: string): Buffer | undefined => {
  try {
    return readFileSync(file)
  } catch {
    return undefined
  }
}

/** Whole or not at all, since V8 trusts what it finds. */
const keep = (file: string, data: Uint8Array): void => {
  const staged = `${file}.${process.pid}`
  try {
    writeFileSync(staged, data, { flag: "wx", flush: true })
    renameSync(staged, file)
  } catch {
    // The package may belong to somebody else; the next start takes as long as this one.
    rmSync(staged, { force: true })
  }
}

/**
 * The exports of the file. It has to be ASCII, which reads fastest, and one function as Node itself would wrap it around a
 * module: to put that around a text of 3 MB here would copy it.
 */
export const load = <Exports>(file: string): Exports => {
  const cache = cacheOf(file)
  const cachedData = read(cache)
  const script = new Script(readFileSync(file, "latin1"), {
    filename: file,
    importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
    ...(cachedData === undefined ? {} : { cachedData })
  })
  // At the end, because only what has run by then is compiled.
  if (cachedData === undefined || script.cachedDataRejected === true)
    process.once("exit", () => keep(cache, script.createCachedData()))
  const module = { exports: {} }
  return script.runInThisContext()(module.exports, createRequire(file), module, file, dirname(file))
}
