/** A headless Chromium, and what its pages ask for and say. */
import { spawnSync } from "node:child_process"
import * as fs from "node:fs/promises"
import * as path from "node:path"
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core"

const NAMES = ["chromium", "chromium-browser", "google-chrome"]

/** Undefined where there is none. */
export const PROGRAM = NAMES.map((name) => spawnSync("which", [name]).stdout.toString().trim()).find(
  (program) => program !== ""
)

/** For a person to look at; git does not have them. */
const SHOTS = path.resolve("test/screenshots")

/** Without the browser's own requests to the world, which a test machine may refuse. */
const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync"
]

export const launch = async (): Promise<Browser> => {
  await fs.mkdir(SHOTS, { recursive: true })
  return chromium.launch({ executablePath: PROGRAM ?? "", args: FLAGS })
}

export interface Watched {
  readonly page: Page
  /** Addresses, in order. */
  readonly asked: Array<string>
  /** Messages, errors and dialogs. */
  readonly said: Array<string>
}

export const open = async (
  browser: Browser,
  address: string,
  options: BrowserContextOptions = {}
): Promise<Watched> => {
  const context = await browser.newContext({ viewport: { width: 1600, height: 900 }, ...options })
  const page = await context.newPage()
  const asked: Array<string> = []
  const said: Array<string> = []
  page.on("request", (request) => asked.push(request.url()))
  page.on("console", (message) => said.push(message.text()))
  page.on("pageerror", (error) => said.push(error.message))
  page.on("dialog", (dialog) => {
    said.push(dialog.message())
    void dialog.dismiss()
  })
  await page.goto(address)
  return { page, asked, said }
}

export const shoot = ({ page }: Watched, name: string): Promise<unknown> =>
  page.screenshot({ path: path.join(SHOTS, `${name}.png`), fullPage: true })

/** A telephone, tablets, windows on either side of where columns go, and a desk. */
export const WIDTHS = [360, 720, 940, 1000, 1024, 1100, 1210, 1600]
export const SCHEMES = ["light", "dark"] as const

const MEASURE = `[
  document.documentElement.scrollWidth,
  Number(getComputedStyle(document.body).backgroundColor.match(/\\d+/)[0])
]`

/** Looks at a page in every width and color, and returns what is wrong with it. */
export const look = async (watched: Watched, name: string): Promise<ReadonlyArray<string>> => {
  const { page } = watched
  const wrong: Array<string> = []
  for (const [index, width] of WIDTHS.entries()) {
    await page.setViewportSize({ width, height: 900 })
    for (const [second, colorScheme] of SCHEMES.entries()) {
      await page.emulateMedia({ colorScheme })
      const place = `${name}-${width}-${colorScheme}`
      const [wide = 0, ground = 0] = await page.evaluate<ReadonlyArray<number>>(MEASURE)
      if (wide > width) wrong.push(`${place} is ${wide} wide`)
      if (colorScheme === "dark" ? ground > 60 : ground < 200) wrong.push(`${place} has the ground ${ground}`)
      // A picture takes longer than everything else, so there is one of each width.
      if (index % 2 === second) await shoot(watched, place)
    }
  }
  await page.emulateMedia({ colorScheme: "light" })
  return wrong
}
