/**
 * Takes the picture of the README: a run of simulated models with scores, as headless Chromium shows its page. After
 * `npm run build`: `node scripts/picture.mjs [FILE.png]`.
 */
import { execFileSync } from "node:child_process"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join, resolve } from "node:path"
import { fileURLToPath, pathToFileURL } from "node:url"

const picture = resolve(process.argv[2] ?? "docs/report.png")
const algogen = fileURLToPath(new URL("../dist/bin.js", import.meta.url))
const folder = mkdtempSync(join(tmpdir(), "algogen-picture-"))
const page = join(folder, "report.html")
try {
  execFileSync(process.execPath, [algogen, "generate", "--simulate", "--trial", "--report", page], {
    cwd: folder,
    stdio: ["ignore", "ignore", "inherit"]
  })
  execFileSync(
    process.env.CHROMIUM ?? "chromium",
    [
      "--headless=new",
      "--no-sandbox",
      "--disable-gpu",
      "--disable-background-networking",
      "--hide-scrollbars",
      `--user-data-dir=${join(folder, "profile")}`,
      "--window-size=1100,1200",
      `--screenshot=${picture}`,
      pathToFileURL(page).href
    ],
    { stdio: ["ignore", "ignore", "ignore"] }
  )
} finally {
  rmSync(folder, { recursive: true, force: true, maxRetries: 10 })
}
