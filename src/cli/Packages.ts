/** Which packages modules may be allowed to import besides the usual modules. */
import * as CodeCheck from "../code/CodeCheck.js"
import { KEYWORDS } from "../code/python/Lexemes.js"

/** Python's own modules that reach files, processes, memory or the interpreter itself. The sandbox ends what uses them. */
const REACHING = new Set(
  (
    "asyncio builtins code codecs codeop concurrent ctypes fcntl fileinput ftplib gc glob http imp importlib inspect io linecache " +
    "marshal mmap multiprocessing nt os pathlib pdb pickle pkgutil posix pty runpy select shelve shutil signal site smtplib socket " +
    "socketserver sqlite3 ssl subprocess sysconfig tempfile threading urllib venv webbrowser winreg zipimport"
  ).split(" ")
)

const LONGEST = 100

/** What is wrong with a name, as the end of a sentence. */
export const complaint = (name: string): string | undefined => {
  if (!CodeCheck.PACKAGE.test(name) || KEYWORDS.has(name)) return `use ${CodeCheck.PACKAGE_WANTED}`
  if (name.length > LONGEST) return `use a name of at most ${LONGEST} characters`
  return REACHING.has(name)
    ? "it reaches files, processes or memory, which no algorithm needs, and the sandbox ends what uses it"
    : undefined
}
