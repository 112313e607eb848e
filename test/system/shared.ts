/** A folder that all processes of a test run share, for what one of them makes and others use. */
import * as fs from "node:fs/promises"
import * as os from "node:os"
import * as path from "node:path"
import type { TestProject } from "vitest/node"

declare module "vitest" {
  interface ProvidedContext {
    readonly shared: string
  }
}

export default async ({ provide }: TestProject): Promise<() => Promise<void>> => {
  const folder = await fs.mkdtemp(path.join(os.tmpdir(), "algogen-shared-"))
  provide("shared", folder)
  return () => fs.rm(folder, { recursive: true, force: true })
}
