/** Which packages modules may be allowed to import besides the usual modules. */
import { KEYWORDS } from "./python/Lexemes.js"
import { words } from "./Words.js"

/** Python's own modules that reach files, processes, memory or the interpreter itself. The sandbox ends what uses them. */
const REACHING = words(
  "asyncio builtins code codecs codeop concurrent ctypes fcntl fileinput ftplib gc glob http imp importlib inspect io linecache " +
    "marshal mmap multiprocessing nt os pathlib pdb pickle pkgutil posix pty runpy select shelve shutil signal site smtplib socket " +
    "socketserver sqlite3 ssl subprocess sysconfig tempfile threading urllib venv webbrowser winreg zipimport"
)

/** The name of a package as it is imported: what stands before the first dot. */
export const PACKAGE = /^[A-Za-z_]\w*$/
export const PACKAGE_WANTED = "the name that it is imported by, such as pandas"

const LONGEST = 100

/** What is wrong with a name, as the end of a sentence. */
export const complaint = (name: string): string | undefined => {
  if (!PACKAGE.test(name) || KEYWORDS.has(name)) return `use ${PACKAGE_WANTED}`
  if (name.length > LONGEST) return `use a name of at most ${LONGEST} characters`
  return REACHING.has(name)
    ? "it reaches files, processes or memory, which no algorithm needs, and the sandbox ends what uses it"
    : undefined
}

/** Throws a `TypeError` that names the first that is wrong. Callers without types may hand in anything. */
export const check = (imports: unknown = []): void => {
  if (!Array.isArray(imports)) throw new TypeError(`'imports' has to be a list of packages such as "pandas"`)
  for (const name of imports) {
    const why = complaint(String(name))
    if (why !== undefined) throw new TypeError(`'${String(name).slice(0, 40)}' is not valid for 'imports': ${why}`)
  }
}
