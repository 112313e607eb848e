/**
 * The run that guards a commit tries the same cases every time, so that it fails because of the commit. `npm run test:long`
 * tries others every time, and prints the seed of what fails.
 */
import { FastCheck } from "effect"

if (process.env["ALGOGEN_CASES"] === undefined) FastCheck.configureGlobal({ seed: 1 })
