/** The commands that can be called are those that help lists. */
import * as Command from "@effect/cli/Command"
import { describe, it } from "@effect/vitest"
import { deepStrictEqual } from "@effect/vitest/utils"
import { HashMap, HashSet } from "effect"
import * as Cli from "../../../src/cli/Cli.js"
import { COMMANDS } from "../../../src/cli/CommandRows.js"

describe("the commands", () => {
  it("are those of help", () => {
    deepStrictEqual([...HashMap.keys(Command.getSubcommands(Cli.command))].toSorted(), Object.keys(COMMANDS).toSorted())
    deepStrictEqual([...HashSet.values(Command.getNames(Cli.command))], ["algogen"])
  })
})
