/**
 * The programs that the child processes of a trial run, as text. The build puts their files into this module, so that it
 * is the only one that knows of them.
 */
export { default as driver } from "./driver.py" with { type: "text" }
export { default as montyHost } from "./montyHost.cjs" with { type: "text" }
export { default as montyPlayer } from "./montyPlayer.py" with { type: "text" }
